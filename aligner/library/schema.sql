-- The library's index: all derived from files, so it has no migrations; another version is thrown away and made anew.
-- Times are whole milliseconds; a stamp tells one state of a file from another.

CREATE TABLE file (  -- alignment files and info.json as they were when they were read
    path  TEXT PRIMARY KEY,
    stamp TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE broken (
    slug   TEXT PRIMARY KEY,
    reason TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE post (
    slug     TEXT PRIMARY KEY,
    title    TEXT NOT NULL,
    sorted   TEXT NOT NULL,  -- the title without accents and case
    date     TEXT,
    day      TEXT,           -- 2025-06-12, NULL where the date cannot be read
    coverage TEXT NOT NULL,  -- JSON
    speakers TEXT NOT NULL,  -- JSON
    tags     TEXT NOT NULL,  -- JSON
    written  INTEGER NOT NULL  -- when its alignment file was, in nanoseconds
) WITHOUT ROWID;
CREATE INDEX post_day ON post (day DESC, sorted);

CREATE TABLE post_speaker (name TEXT NOT NULL, slug TEXT NOT NULL, PRIMARY KEY (name, slug)) WITHOUT ROWID;
CREATE INDEX post_speaker_slug ON post_speaker (slug);

CREATE TABLE post_tag (name TEXT NOT NULL, slug TEXT NOT NULL, PRIMARY KEY (name, slug)) WITHOUT ROWID;
CREATE INDEX post_tag_slug ON post_tag (slug);

CREATE TABLE post_media (  -- a recording as a post's alignment file tells of it
    slug        TEXT NOT NULL,
    number      INTEGER NOT NULL,
    media_id    TEXT NOT NULL,
    title       TEXT NOT NULL,
    provider    TEXT NOT NULL,
    url         TEXT NOT NULL,
    date        TEXT,
    duration_ms INTEGER,
    heard       TEXT,  -- the fingerprint of the transcript it was matched with
    PRIMARY KEY (slug, number)
) WITHOUT ROWID;
CREATE INDEX post_media_id ON post_media (media_id);

CREATE TABLE info (  -- a recording as its own folder tells of it
    folder      TEXT PRIMARY KEY,
    media_id    TEXT NOT NULL,
    title       TEXT NOT NULL,
    provider    TEXT NOT NULL,
    url         TEXT NOT NULL,
    date        TEXT,
    duration_ms INTEGER
) WITHOUT ROWID;

CREATE TABLE session (  -- every recording that a post stands on or that was heard: the two above and its transcript
    media_id    TEXT PRIMARY KEY,
    title       TEXT NOT NULL,
    provider    TEXT NOT NULL,
    url         TEXT NOT NULL,
    date        TEXT,
    day         TEXT,
    duration_ms INTEGER,
    words       INTEGER NOT NULL,
    heard_ms    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE transcript (  -- which transcript the rows of a recording were cut from
    media_id TEXT PRIMARY KEY,
    choice   TEXT NOT NULL,  -- all it was chosen among, the best first, with their stamps
    chosen   TEXT NOT NULL,  -- file and stamp; empty where none could be read
    words    INTEGER NOT NULL,
    heard_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE origin (  -- where a post's alignment file comes from, and what it tells its author (`origin`)
    slug TEXT PRIMARY KEY,
    told TEXT NOT NULL  -- JSON
) WITHOUT ROWID;

CREATE TABLE hearing (  -- what is told of that transcript
    media_id    TEXT PRIMARY KEY,
    engine      TEXT NOT NULL,
    model       TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    unheard_ms  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE line (  -- what can be found: a passage of a post, or a row of what was heard
    id         INTEGER PRIMARY KEY,  -- published ones below those heard, so that they come first in the order of ids
    owner      TEXT NOT NULL,        -- the post's slug, or the recording's media id
    number     INTEGER NOT NULL,     -- from 0, in the order of the text
    text       TEXT NOT NULL,
    passage_id TEXT,                 -- NULL: heard
    kind       TEXT,
    speaker    TEXT,
    status     TEXT,
    confidence REAL,
    media_id   TEXT,
    start_ms   INTEGER,
    end_ms     INTEGER,
    starts     BLOB                  -- of a heard row: when each of its words begins, after it does (`sounds`)
);
CREATE INDEX line_owner ON line (owner, number);
CREATE INDEX line_place ON line (media_id, start_ms) WHERE passage_id IS NOT NULL;
CREATE INDEX line_speaker ON line (speaker) WHERE speaker IS NOT NULL;

-- The words of a line, folded in `exact`, as stems in `stem`; of a heard row also those of the row after it. A word of
-- each column but the first has a letter of its own before it (`query`): one word in four columns would be one long
-- list, all of which each search had to read.
CREATE VIRTUAL TABLE found USING fts5 (
    exact, stem, next_exact, next_stem,
    tokenize = "unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (found, row);

-- What heard rows sound like (`sounds`): where a quote may have been said. The row's id counts from the first heard one.
CREATE VIRTUAL TABLE sounds USING fts5 (runs, content = '', columnsize = 0, detail = none, tokenize = "ascii");
CREATE VIRTUAL TABLE sound_count USING fts5vocab (sounds, row);
CREATE TABLE common_sound (run TEXT PRIMARY KEY, doc INTEGER NOT NULL) WITHOUT ROWID;  -- as counted the last time
