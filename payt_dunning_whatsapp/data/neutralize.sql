-- a copy of the database can neither send by WhatsApp nor act on its reports
UPDATE dunning_whatsapp_account
   SET access_token = NULL, app_secret = NULL, verify_digest = NULL;
