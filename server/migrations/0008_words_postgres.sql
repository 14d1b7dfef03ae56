-- The words of the index, in their order: beginnings are looked up in it. PostgreSQL's own way to find them reads and sorts
-- every hit of every word that begins so.
SET LOCAL statement_timeout = 0;
CREATE TABLE search_words (term TEXT COLLATE "C" PRIMARY KEY);
INSERT INTO search_words SELECT word FROM ts_stat('SELECT doc FROM search_rows') WHERE left(word, 1) IN ('w', 'm', 'h', 'f');
