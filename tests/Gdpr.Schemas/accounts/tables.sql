create table "AspNetRoles" ("Id" text primary key not null, "Name" text, "NormalizedName" text, "ConcurrencyStamp" text);
create table "AspNetUsers" (
  "Id" text primary key not null, "UserName" text, "NormalizedUserName" text, "Email" text, "NormalizedEmail" text, "EmailConfirmed" boolean not null, "PasswordHash" text,
  "SecurityStamp" text, "ConcurrencyStamp" text, "PhoneNumber" text, "PhoneNumberConfirmed" boolean not null, "TwoFactorEnabled" boolean not null, "LockoutEnd" timestamp,
  "LockoutEnabled" boolean not null, "AccessFailedCount" integer not null, "ClosedOn" date, "SeenOn" date);
create table "AspNetRoleClaims" ("Id" integer primary key, "RoleId" text not null references "AspNetRoles" ("Id") on delete cascade, "ClaimType" text, "ClaimValue" text);
create table "AspNetUserClaims" ("Id" integer primary key, "UserId" text not null references "AspNetUsers" ("Id") on delete cascade, "ClaimType" text, "ClaimValue" text);
create table "AspNetUserLogins" (
  "LoginProvider" text not null, "ProviderKey" text not null, "ProviderDisplayName" text, "UserId" text not null references "AspNetUsers" ("Id") on delete cascade,
  primary key ("LoginProvider", "ProviderKey"));
create table "AspNetUserRoles" (
  "UserId" text not null references "AspNetUsers" ("Id") on delete cascade, "RoleId" text not null references "AspNetRoles" ("Id") on delete cascade, primary key ("UserId", "RoleId"));
create table "AspNetUserTokens" (
  "UserId" text not null references "AspNetUsers" ("Id") on delete cascade, "LoginProvider" text not null, "Name" text not null, "Value" text,
  primary key ("UserId", "LoginProvider", "Name"));
