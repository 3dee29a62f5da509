create table "Artist" ("ArtistId" integer primary key, "Name" text);
create table "Album" ("AlbumId" integer primary key, "Title" text not null, "ArtistId" integer not null references "Artist" ("ArtistId"));
create table "Genre" ("GenreId" integer primary key, "Name" text);
create table "MediaType" ("MediaTypeId" integer primary key, "Name" text);
create table "Track" (
  "TrackId" integer primary key, "Name" text not null, "AlbumId" integer references "Album" ("AlbumId"), "MediaTypeId" integer not null references "MediaType" ("MediaTypeId"),
  "GenreId" integer references "Genre" ("GenreId"), "Composer" text, "Milliseconds" integer not null, "Bytes" integer, "UnitPrice" numeric(10,2) not null);
create table "Playlist" ("PlaylistId" integer primary key, "Name" text);
create table "PlaylistTrack" (
  "PlaylistId" integer not null references "Playlist" ("PlaylistId"), "TrackId" integer not null references "Track" ("TrackId"), primary key ("PlaylistId", "TrackId"));
create table "Employee" (
  "EmployeeId" integer primary key, "LastName" text not null, "FirstName" text not null, "Title" text, "ReportsTo" integer references "Employee" ("EmployeeId"),
  "BirthDate" date, "HireDate" date, "LeftOn" date, "Address" text, "City" text, "PostalCode" text, "Country" text, "Phone" text, "Fax" text, "Email" text);
create table "Customer" (
  "CustomerId" integer primary key, "FirstName" text not null, "LastName" text not null, "Company" text, "Address" text, "City" text, "Country" text, "PostalCode" text,
  "Phone" text, "Fax" text, "Email" text not null, "ClosedOn" date, "SeenOn" date, "SupportRepId" integer references "Employee" ("EmployeeId"));
create table "Invoice" (
  "InvoiceId" integer primary key, "CustomerId" integer references "Customer" ("CustomerId"), "InvoiceDate" date not null, "BillingAddress" text, "BillingCity" text,
  "BillingCountry" text, "BillingPostalCode" text, "Total" numeric(10,2) not null);
create table "InvoiceLine" (
  "InvoiceLineId" integer primary key, "InvoiceId" integer not null references "Invoice" ("InvoiceId"), "TrackId" integer not null references "Track" ("TrackId"),
  "UnitPrice" numeric(10,2) not null, "Quantity" integer not null);
