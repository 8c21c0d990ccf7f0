create table product (id bigint primary key, name text not null, cents bigint not null);
