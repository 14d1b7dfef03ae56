-- Words of concern. A category that was never changed has no row: then the program's own counts.
CREATE TABLE alert_categories (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  version BIGINT NOT NULL,
  -- Name, words, whom to tell, help for the sender: JSON.
  definition TEXT NOT NULL,
  changed_by TEXT,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);

-- One category's people must hear of one inquiry, for one reason.
CREATE TABLE alerts (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  inquiry_id TEXT NOT NULL,
  category_id TEXT NOT NULL,
  -- What raised it: 'inquiry', a message's id, 'topic', 'hand:' and a key, or 'scan'. The same never raises two.
  source TEXT NOT NULL,
  raised_by TEXT,
  raised_at BIGINT NOT NULL,
  -- The inquiry's priority before, for a false alarm.
  priority_before TEXT NOT NULL,
  -- Who was told last, as a step in the line, and when the next one is; NULL when nobody follows.
  step BIGINT NOT NULL DEFAULT 0,
  next_at BIGINT,
  acknowledged_at BIGINT,
  acknowledged_by TEXT,
  verdict TEXT CHECK (verdict IN ('right', 'false_alarm')),
  verdict_by TEXT,
  verdict_at BIGINT,
  PRIMARY KEY (district_id, id)
);
CREATE UNIQUE INDEX alerts_of_inquiry ON alerts (district_id, inquiry_id, category_id, source);
CREATE INDEX alerts_open ON alerts (district_id, raised_at) WHERE acknowledged_at IS NULL AND verdict IS NULL;

-- Which words raised it, and where they stand.
CREATE TABLE alert_matches (
  district_id TEXT NOT NULL,
  alert_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  category_id TEXT NOT NULL,
  keyword TEXT NOT NULL,
  locale TEXT NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('exact', 'inflected', 'misspelt', 'disguised')),
  -- 'answer:' and a field, 'message:' and an id, 'file:' and its name's place.
  place TEXT NOT NULL,
  -- In bytes of that text.
  start_at BIGINT NOT NULL,
  end_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, alert_id, number)
);
CREATE INDEX alert_matches_of_keyword ON alert_matches (district_id, category_id, keyword);

-- Who was told, once each.
CREATE TABLE alert_tellings (
  district_id TEXT NOT NULL,
  alert_id TEXT NOT NULL,
  -- An account, or a mail address of after hours.
  recipient TEXT NOT NULL,
  step BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  mailed_at BIGINT,
  PRIMARY KEY (district_id, alert_id, recipient)
);

-- Scanning what exists when a category is switched on.
CREATE TABLE alert_scans (
  district_id TEXT NOT NULL,
  category_id TEXT NOT NULL,
  -- The category's version that is scanned for.
  version BIGINT NOT NULL,
  -- The last inquiry that was scanned, from the newest to the oldest.
  reached TEXT NOT NULL,
  scanned BIGINT NOT NULL,
  in_all BIGINT NOT NULL,
  found BIGINT NOT NULL,
  started_by TEXT,
  started_at BIGINT NOT NULL,
  finished_at BIGINT,
  PRIMARY KEY (district_id, category_id)
);
