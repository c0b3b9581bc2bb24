"""TTML as European broadcasters exchange it: EBU-TT-D (EBU Tech 3380). One of the writers of `formats`.

Text stands in spans, lines are parted by `br`, times are `HH:MM:SS.mmm` of the media; one region at the foot of the
picture, with the box and line padding that the profile provides for. Speakers are `ttm:agent`s. Written to the EBU's
own schema, by which a document without a cue has no body.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from aligner.output.formats.vtt import one_line
from aligner.output.tracks import Track
from aligner.timecode import format_vtt

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
  xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:tts="http://www.w3.org/ns/ttml#styling"
  xmlns:ebuttm="urn:ebu:tt:metadata" xmlns:ebutts="urn:ebu:tt:style"
  ttp:timeBase="media" ttp:cellResolution="32 15" xml:lang={language}>
  <head>
    <metadata>
      <ebuttm:documentMetadata>
        <ebuttm:conformsToStandard>urn:ebu:tt:distribution:2018-04</ebuttm:conformsToStandard>
      </ebuttm:documentMetadata>
      <ttm:title>{title}</ttm:title>
      <ttm:desc>{desc}</ttm:desc>
{agents}    </metadata>
    <styling>
      <style xml:id="block" tts:fontFamily="proportionalSansSerif" tts:fontSize="100%" tts:lineHeight="120%" \
tts:textAlign="center" ebutts:linePadding="0.5c"/>
      <style xml:id="text" tts:color="#ffffff" tts:backgroundColor="#000000c2"/>
    </styling>
    <layout>
      <region xml:id="foot" tts:origin="10% 10%" tts:extent="80% 80%" tts:displayAlign="after"/>
    </layout>
  </head>
"""
_BODY = """\
  <body>
    <div style="block">
{paragraphs}    </div>
  </body>
"""
_TAIL = "</tt>\n"
_AGENT = '      <ttm:agent xml:id="{id}" type="person"><ttm:name type="full">{name}</ttm:name></ttm:agent>\n'
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_ttml(track: Track) -> str:
    """A paragraph a cue."""
    speakers = dict.fromkeys(cue.speaker for cue in track.cues if cue.speaker)
    ids = {speaker: f"speaker-{number}" for number, speaker in enumerate(speakers, 1)}
    head = _HEAD.format(
        language=quoteattr(track.language),
        title=_text(one_line(track.title)),
        desc=_text(one_line(" ".join((f"{track.recording} ({track.url})", *track.note)))),
        agents="".join(_AGENT.format(id=ids[speaker], name=_text(one_line(speaker))) for speaker in ids),
    )
    paragraphs = []
    for number, cue in enumerate(track.cues, 1):
        lines = "<br/>".join(f'<span style="text">{_text(line)}</span>' for line in cue.lines)
        agent = f' ttm:agent="{ids[cue.speaker]}"' if cue.speaker else ""
        times = f'begin="{format_vtt(cue.start_ms)}" end="{format_vtt(cue.end_ms)}"'
        paragraphs.append(f'      <p xml:id="cue-{number}" region="foot"{agent} {times}>{lines}</p>\n')
    return head + (_BODY.format(paragraphs="".join(paragraphs)) if paragraphs else "") + _TAIL


def _text(text: str) -> str:
    """Text for XML; the few signs that XML cannot hold are shown as U+FFFD."""
    return escape(_NO_XML.sub("\ufffd", text))
