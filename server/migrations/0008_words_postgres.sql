-- PostgreSQL's index finds beginnings by itself.
SELECT 1;
