-- a copy of the database sends no reminders, also when it kept the identity of the original
UPDATE res_company
   SET dunning_live_uuid = NULL;
