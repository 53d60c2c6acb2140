-- Where a person was when they signed in: names of city and country, where the provider has a file of places.
ALTER TABLE sessions ADD COLUMN place TEXT;
