DROP TABLE event_log;
DROP TABLE event_log_head;
DROP TABLE event_intake;
