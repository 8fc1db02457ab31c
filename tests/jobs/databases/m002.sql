BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'hubcalc','m001_hubs','2026-11-22 09:19:12.226254+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'hubcalc','m002_documents','2026-11-22 09:19:12.229371+00:00');
CREATE TABLE "document_versions" (
   "document_id" TEXT NOT NULL,
   "version" INTEGER NOT NULL,
   "document" TEXT,
   "origin" TEXT NOT NULL,
   "created_at" TEXT NOT NULL, collection TEXT NOT NULL DEFAULT 'hubs',
   PRIMARY KEY ("document_id", "version")
) STRICT;
INSERT INTO "document_versions" VALUES('kept',1,'{"schema_version":1,"id":"kept","name":"Gate town","location":{"latitude_deg":44.0,"longitude_deg":80.0},"opening":{"time_zone":"Asia/Almaty"},"flows":{"west":{"unit":"train","per_day":10.0,"route":["desk"]}},"main_flow":"west","stages":{"desk":{"kind":"service","servers":2,"service_time":{"mean_minutes":30.0,"scv":1.0}}},"kind":"dry_port","country":"KZ"}','fixture','2026-11-22T09:19:12.235069+00:00','hubs');
INSERT INTO "document_versions" VALUES('gone',1,'{"schema_version":1,"id":"gone","name":"Gate town","location":{"latitude_deg":44.0,"longitude_deg":80.0},"opening":{"time_zone":"Asia/Almaty"},"flows":{"west":{"unit":"train","per_day":10.0,"route":["desk"]}},"main_flow":"west","stages":{"desk":{"kind":"service","servers":2,"service_time":{"mean_minutes":30.0,"scv":1.0}}},"kind":"dry_port","country":"KZ"}','fixture','2026-11-22T09:19:12.236498+00:00','hubs');
INSERT INTO "document_versions" VALUES('gate-town',1,'{"schema_version":1,"id":"gate-town","name":"Gate town","location":{"latitude_deg":44.0,"longitude_deg":80.0},"opening":{"time_zone":"Asia/Almaty"},"flows":{"west":{"unit":"train","per_day":10.0,"route":["desk"]}},"main_flow":"west","stages":{"desk":{"kind":"service","servers":2,"service_time":{"mean_minutes":30.0,"scv":1.0}}},"kind":"dry_port","country":"KZ"}','user','2026-11-22T09:19:12.239124+00:00','hubs');
INSERT INTO "document_versions" VALUES('gate-town',2,'{"schema_version":1,"id":"gate-town","name":"New town","location":{"latitude_deg":44.0,"longitude_deg":80.0},"opening":{"time_zone":"Asia/Almaty"},"flows":{"west":{"unit":"train","per_day":10.0,"route":["desk"]}},"main_flow":"west","stages":{"desk":{"kind":"service","servers":2,"service_time":{"mean_minutes":30.0,"scv":1.0}}},"kind":"dry_port","country":"KZ"}','user','2026-11-22T09:19:12.241248+00:00','hubs');
INSERT INTO "document_versions" VALUES('gone',2,NULL,'user','2026-11-22T09:19:12.242395+00:00','hubs');
CREATE TABLE "documents" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "version" INTEGER NOT NULL,
   "kind" TEXT NOT NULL,
   "name" TEXT NOT NULL,
   "summary" TEXT NOT NULL,
   "countries" TEXT NOT NULL,
   "search_text" TEXT NOT NULL,
   "updated_at" TEXT NOT NULL
, collection TEXT NOT NULL DEFAULT 'hubs') STRICT;
INSERT INTO "documents" VALUES('kept',1,'dry_port','Gate town','','["KZ"]','kept
gate town
','2026-11-22T09:19:12.235069+00:00','hubs');
INSERT INTO "documents" VALUES('gate-town',2,'dry_port','New town','','["KZ"]','gate-town
new town
','2026-11-22T09:19:12.241248+00:00','hubs');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
COMMIT;
PRAGMA user_version = 2;
