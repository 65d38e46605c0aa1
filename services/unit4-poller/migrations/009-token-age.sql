-- When the tokens of the active, connected tenant were renewed whose turn is longest ago: how near the fleet is to a refresh token that ends
-- of old age.
alter table fleet_view add column oldest_token_at timestamptz;
