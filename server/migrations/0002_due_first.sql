-- What is due soonest stands first; what waits for nobody has no due time and stands last.
CREATE INDEX inquiries_by_due ON inquiries (district_id, (COALESCE(due_at, 9223372036854775807)), id);
