-- Files that are sent in pieces and have not arrived whole yet.
CREATE TABLE uploads (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  -- Bytes of the whole file, and how many are here.
  length BIGINT NOT NULL,
  received BIGINT NOT NULL,
  -- Names of the pieces in the files store, in order, parted by spaces.
  pieces TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);
CREATE INDEX uploads_of_token ON uploads (district_id, token_hash);
