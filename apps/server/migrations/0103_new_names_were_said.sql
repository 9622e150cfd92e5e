set local client_min_messages = warning;
drop function say_new_name cascade;
