-- Full text. The number is the arrival in ms, followed by 20 random bits: newest first is the order of the index.
CREATE TABLE search_rows (
  seq INTEGER PRIMARY KEY,
  district_id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL
);
CREATE UNIQUE INDEX search_rows_by_inquiry ON search_rows (district_id, inquiry_id);
-- Tokens are made by us: whatever is no ASCII letter or digit parts them, everything else belongs to one.
CREATE VIRTUAL TABLE search USING fts5(doc, content='', contentless_delete=1, tokenize='ascii', prefix='3 4');
