-- What 016 notes of new acts, of those that are there: in a transaction of its own, which locks rows and no table.
update audit set details = details where details ? 'user';
