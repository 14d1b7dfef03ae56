-- When the clock is looked at next for an inquiry that awaits an answer, and which reminder was the last. NULL: never.
ALTER TABLE inquiries ADD COLUMN remind_at BIGINT;
ALTER TABLE inquiries ADD COLUMN remind_step BIGINT NOT NULL DEFAULT 0;
-- Somebody is at it, or asked for quiet: no reminder before then.
ALTER TABLE inquiries ADD COLUMN quiet_until BIGINT;
-- The due time that the sender was told is missed: each once.
ALTER TABLE inquiries ADD COLUMN late_told BIGINT;
-- Since when it waits on the sender.
ALTER TABLE inquiries ADD COLUMN waiting_since BIGINT;
CREATE INDEX inquiries_to_remind ON inquiries (district_id, remind_at) WHERE remind_at IS NOT NULL;
UPDATE inquiries SET remind_at = due_at WHERE due_at IS NOT NULL AND status <> 'closed' AND merged_into IS NULL;

-- The last local day on which somebody's morning digest was made.
ALTER TABLE members ADD COLUMN digest_on TEXT NOT NULL DEFAULT '';

-- Each district's clock is looked at by a job of its own, for ever.
INSERT INTO jobs (id, kind, payload, run_at, created_at)
  SELECT 'watch-' || id, 'watch', '{"district":"' || id || '"}', 0, 0 FROM districts;
