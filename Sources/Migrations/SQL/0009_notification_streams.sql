-- Sending stops for a stream of mail, not for all: SES pauses configuration sets one by one.
--
-- Mail that guards accounts has a configuration set of its own, so that complaints about other mail never hold it up.

set local role nerdwork_owner;

alter table notification.sending
    drop constraint sending_pkey,
    drop constraint sending_one_row,
    drop column only_row,
    add column stream text not null default 'security',
    add constraint sending_pkey primary key (stream),
    add constraint sending_stream_known check (stream in ('security', 'product'));
alter table notification.sending alter column stream drop default;
insert into notification.sending (stream, paused_at, next_probe_at, reason)
    select 'product', s.paused_at, s.next_probe_at, s.reason from notification.sending s;

comment on table notification.sending is
    'Whether mail is sent: a row for each stream. While SES refuses a stream, its queue stands still but for a probe now '
    'and then.';
comment on column notification.sending.stream is
    'security: messages of the purpose security; product: all others. As their configuration sets.';

reset role;
