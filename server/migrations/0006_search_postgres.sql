-- Full text. The number is the arrival in ms, followed by 20 random bits: newest first is its order.
CREATE TABLE search_rows (
  district_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  inquiry_id TEXT NOT NULL,
  doc TSVECTOR NOT NULL,
  PRIMARY KEY (district_id, seq)
);
CREATE UNIQUE INDEX search_rows_by_inquiry ON search_rows (district_id, inquiry_id);
CREATE INDEX search_rows_doc ON search_rows USING GIN (doc);
-- The tokens are kept apart, so that reading many hits reads little.
ALTER TABLE search_rows SET (toast_tuple_target = 128);
