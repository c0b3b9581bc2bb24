"""What a recording holds besides speech, made on the spot: hum, noise, applause, music, singing without words.

All at 16 kHz, between -1 and 1, and the same at each call.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tests.sound.sounds import Wave

RATE = 16_000
_CHORDS = ((261.6, 329.6, 392.0), (220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (196.0, 246.9, 293.7))
_SCALE = (262.0, 294.0, 330.0, 349.0, 392.0, 440.0)
_VOWELS = ((730, 1090, 2440), (570, 840, 2410), (270, 2290, 3010), (530, 1840, 2480), (300, 870, 2240))
"""The first three formants of a, o, i, e and u, in Hz (Peterson and Barney 1952)."""

_Sound = npt.NDArray[np.float64]


def white_noise(seconds: float) -> Wave:
    return _levelled(_noise(seconds), 0.3)


def pink_noise(seconds: float) -> Wave:
    spectrum = np.fft.rfft(_noise(seconds))
    return _levelled(np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1))), 0.5)


def hum(seconds: float) -> Wave:
    """The mains in a cable, and some hiss."""
    time = _time(seconds)
    mains = sum((np.sin(2 * np.pi * 50 * k * time) / k for k in (1, 2, 3, 5)), np.zeros_like(time))
    return _levelled(mains + 0.02 * _noise(seconds), 0.4)


def applause(seconds: float) -> Wave:
    """A hundred and twenty claps a second, swelling and fading."""
    random = np.random.default_rng(1)
    length = round(seconds * RATE)
    sound = np.zeros(length)
    decay = np.exp(-np.arange(800) / 90)
    for start in random.integers(0, length - 800, round(120 * seconds)):
        sound[start : start + 800] += random.normal(size=800) * decay * random.uniform(0.2, 1)
    return _levelled(sound * np.sin(np.pi * np.arange(length) / length) ** 2, 0.8)


def band(seconds: float) -> Wave:
    """Chords of an organ, and drums on each half second."""
    chords = np.concatenate([sum(_tone(pitch, 2.0) for pitch in _CHORDS[k % 4]) for k in range(round(seconds / 2))])
    beat = np.arange(RATE // 2)
    drum = np.sin(2 * np.pi * 60 * beat / RATE) * np.exp(-beat / 800)
    return _levelled(chords / 6 + np.tile(drum, len(chords) // len(drum)) / 2, 0.8)


def choir(seconds: float) -> Wave:
    """Chords sung on vowels, three voices of two singers each."""
    chords = [
        sum(_sung(pitch / 2 * shift, 2.0, _VOWELS[k % 5]) for pitch in _CHORDS[k % 4] for shift in (1, 1.004))
        for k in range(round(seconds / 2))
    ]
    return _levelled(np.concatenate(chords), 0.6)


def singer(seconds: float) -> Wave:
    """One voice on vowels: to voice activity, some of it is speech."""
    random = np.random.default_rng(2)
    notes: list[_Sound] = []
    while sum(map(len, notes)) < seconds * RATE:
        pitch = random.choice(_SCALE) / random.choice((1, 2))
        notes += [_sung(pitch, random.choice((0.2, 0.3, 0.5)), _VOWELS[random.integers(5)])]
        notes += [np.zeros(round(RATE * random.choice((0, 0.1, 0.3))))]
    return _levelled(np.concatenate(notes)[: round(seconds * RATE)], 0.6)


def _noise(seconds: float) -> _Sound:
    return np.random.default_rng(0).normal(size=round(seconds * RATE))


def _time(seconds: float) -> _Sound:
    return np.arange(round(seconds * RATE)) / RATE


def _tone(pitch: float, seconds: float) -> _Sound:
    time = _time(seconds)
    partials = enumerate((1, 0.5, 0.3, 0.2, 0.1), 1)
    return _edged(sum((level * np.sin(2 * np.pi * k * pitch * time) for k, level in partials), np.zeros_like(time)))


def _sung(pitch: float, seconds: float, formants: Sequence[int]) -> _Sound:
    """Partials of a pitch with vibrato, as loud as the formants let them be."""
    time = _time(seconds)
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.012 * np.sin(2 * np.pi * 5.5 * time))) / RATE
    sound = np.zeros_like(time)
    for k in range(1, int(7000 / pitch)):
        gains = zip(formants, (1, 0.6, 0.3), strict=True)
        level = sum(gain * np.exp(-(((pitch * k - at) / (80 + 0.06 * at)) ** 2)) for at, gain in gains)
        sound += (level + 0.005) / k**0.3 * np.sin(k * phase)
    return _edged(sound)


def _edged(sound: _Sound) -> _Sound:
    edge = min(RATE // 20, len(sound) // 3)
    sound[:edge] *= np.linspace(0, 1, edge)
    sound[-edge:] *= np.linspace(1, 0, edge)
    return sound


def _levelled(sound: _Sound, level: float) -> Wave:
    loudest = float(np.abs(sound).max())
    return (sound * (level / loudest)).astype(np.float32)
