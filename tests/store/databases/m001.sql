BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'hubcalc','m001_hubs','2025-05-06 07:08:09.209668+00:00');
CREATE TABLE "hub_versions" (
   "hub_id" TEXT NOT NULL,
   "version" INTEGER NOT NULL,
   "document" TEXT,
   "origin" TEXT NOT NULL,
   "created_at" TEXT NOT NULL,
   PRIMARY KEY ("hub_id", "version")
) STRICT;
INSERT INTO "hub_versions" VALUES('kept',1,'{"schema_version":1,"id":"kept","name":"Gate town","summary":"From the package","location":{"latitude_deg":44.0,"longitude_deg":80.0},"opening":{"time_zone":"Asia/Almaty"},"flows":{"west":{"unit":"train","per_day":10.0,"route":["desk"]}},"main_flow":"west","stages":{"desk":{"kind":"service","servers":2,"service_time":{"mean_minutes":30.0,"scv":1.0}}},"kind":"dry_port","country":"KZ"}','fixture','2025-05-06T07:08:09.226947+00:00');
INSERT INTO "hub_versions" VALUES('gone',1,'{"schema_version":1,"id":"gone","name":"Gate town","location":{"latitude_deg":44.0,"longitude_deg":80.0},"opening":{"time_zone":"Asia/Almaty"},"flows":{"west":{"unit":"train","per_day":10.0,"route":["desk"]}},"main_flow":"west","stages":{"desk":{"kind":"service","servers":2,"service_time":{"mean_minutes":30.0,"scv":1.0}}},"kind":"dry_port","country":"CN"}','fixture','2025-05-06T07:08:09.230359+00:00');
INSERT INTO "hub_versions" VALUES('gate-town',1,'{"schema_version":1,"id":"gate-town","name":"Gate town","location":{"latitude_deg":44.0,"longitude_deg":80.0},"opening":{"time_zone":"Asia/Almaty"},"flows":{"west":{"unit":"train","per_day":10.0,"route":["desk"]}},"main_flow":"west","stages":{"desk":{"kind":"service","servers":2,"service_time":{"mean_minutes":30.0,"scv":1.0}}},"kind":"dry_port","country":"KZ"}','user','2025-05-06T07:08:09.240326+00:00');
INSERT INTO "hub_versions" VALUES('gate-town',2,'{"schema_version":1,"id":"gate-town","name":"New town","location":{"latitude_deg":44.0,"longitude_deg":80.0},"opening":{"time_zone":"Asia/Almaty"},"flows":{"west":{"unit":"train","per_day":10.0,"route":["desk"]}},"main_flow":"west","stages":{"desk":{"kind":"service","servers":2,"service_time":{"mean_minutes":30.0,"scv":1.0}}},"kind":"dry_port","country":"KZ"}','user','2025-05-06T07:08:09.244129+00:00');
INSERT INTO "hub_versions" VALUES('gone',2,NULL,'user','2025-05-06T07:08:09.251398+00:00');
INSERT INTO "hub_versions" VALUES('border',1,'{"schema_version":1,"id":"border","name":"Grenze","location":{"latitude_deg":44.0,"longitude_deg":80.0},"opening":{"time_zone":"Asia/Almaty"},"flows":{"west":{"unit":"train","per_day":10.0,"route":["desk"]}},"main_flow":"west","stages":{"desk":{"kind":"service","servers":2,"service_time":{"mean_minutes":30.0,"scv":1.0}}},"kind":"border_crossing","mode":"rail","country_from":"CN","country_to":"KZ"}','user','2025-05-06T07:08:09.256780+00:00');
CREATE TABLE "hubs" (
   "id" TEXT PRIMARY KEY NOT NULL,
   "version" INTEGER NOT NULL,
   "kind" TEXT NOT NULL,
   "name" TEXT NOT NULL,
   "summary" TEXT NOT NULL,
   "countries" TEXT NOT NULL,
   "search_text" TEXT NOT NULL,
   "updated_at" TEXT NOT NULL
) STRICT;
INSERT INTO "hubs" VALUES('kept',1,'dry_port','Gate town','From the package','["KZ"]','kept
gate town
from the package','2025-05-06T07:08:09.226947+00:00');
INSERT INTO "hubs" VALUES('gate-town',2,'dry_port','New town','','["KZ"]','gate-town
new town
','2025-05-06T07:08:09.244129+00:00');
INSERT INTO "hubs" VALUES('border',1,'border_crossing','Grenze','','["CN", "KZ"]','border
grenze
','2025-05-06T07:08:09.256780+00:00');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
COMMIT;
PRAGMA user_version = 1;
