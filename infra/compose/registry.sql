-- Where the schema registry keeps its schemas: records carry their ids, so they must outlive it.
create database registry;
