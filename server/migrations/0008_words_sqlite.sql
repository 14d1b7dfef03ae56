-- The words of the index, in their order: beginnings are looked up in it.
CREATE VIRTUAL TABLE search_words USING fts5vocab(search, instance);
