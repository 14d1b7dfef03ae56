-- How the console helps somebody, as JSON; NULL is the usual way.
ALTER TABLE members ADD COLUMN preferences TEXT;
