-- Lists by due time have each state apart, since none of a list's states may be walked to reach another; and all that
-- decides who sees an inquiry, so that rows are read only of what is shown.
DROP INDEX inquiries_live;
DROP INDEX inquiries_live_by_topic;
DROP INDEX inquiries_live_by_owner;
DROP INDEX inquiries_critical;
CREATE INDEX inquiries_live ON inquiries
  (district_id, status, (COALESCE(due_at, 9223372036854775807)), id, confidential)
  WHERE status <> 'closed' AND merged_into IS NULL;
CREATE INDEX inquiries_live_by_topic ON inquiries
  (district_id, topic_id, status, (COALESCE(due_at, 9223372036854775807)), id, confidential)
  WHERE status <> 'closed' AND merged_into IS NULL;
CREATE INDEX inquiries_live_by_owner ON inquiries
  (district_id, owner_id, status, (COALESCE(due_at, 9223372036854775807)), id, confidential)
  WHERE status <> 'closed' AND merged_into IS NULL;
CREATE INDEX inquiries_live_by_recorder ON inquiries
  (district_id, entered_by, status, (COALESCE(due_at, 9223372036854775807)), id, confidential)
  WHERE status <> 'closed' AND merged_into IS NULL AND entered_by IS NOT NULL;
CREATE INDEX inquiries_live_by_priority ON inquiries
  (district_id, priority, (COALESCE(due_at, 9223372036854775807)), id, confidential, status)
  WHERE status <> 'closed' AND merged_into IS NULL;
