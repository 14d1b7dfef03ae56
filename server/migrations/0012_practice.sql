-- The practice room. Nothing here is an inquiry, and nothing reads it but the room.

-- Invented inquiries that a district adds to the program's own.
CREATE TABLE practice_scenarios (
  district_id TEXT NOT NULL,
  id TEXT NOT NULL,
  -- The scenario as JSON.
  definition TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (district_id, id)
);

-- What somebody tried, for their own eyes.
CREATE TABLE practice_tries (
  district_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  id TEXT NOT NULL,
  scenario_id TEXT NOT NULL,
  locale TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  -- Kinds of the coach's hints, parted by spaces.
  hints TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (district_id, account_id, id)
);
