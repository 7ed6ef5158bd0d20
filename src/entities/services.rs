//! Which services are meant by payment, messaging and paste links.
//!
//! A line is a host, which stands for its subdomains too, and how the path begins where only a part of the service counts.
//! Listed are services by which people pay, meet or drop files for one another under an account of their own; shops, games,
//! conferences and services that have gone for good are not. Each class is in order of its hosts.

use super::Kind;

/// Hosts with the beginnings of paths; no beginning, any path.
type Table = [(&'static str, &'static [&'static str])];

const PAYMENT: &Table = &[
    ("boosty.to", &[]),
    ("buy.stripe.com", &[]),
    ("buymeacoffee.com", &[]),
    ("cash.app", &[]),
    ("chuffed.org", &[]),
    ("commerce.coinbase.com", &[]),
    ("cotizup.com", &[]),
    ("donate.stripe.com", &[]),
    ("donationalerts.com", &[]),
    ("donorbox.org", &[]),
    ("fundly.com", &[]),
    ("fundrazr.com", &[]),
    ("givebutter.com", &[]),
    ("givesendgo.com", &[]),
    ("gofund.me", &[]),
    ("gofundme.com", &[]),
    ("gogetfunding.com", &[]),
    ("justgiving.com", &[]),
    ("ko-fi.com", &[]),
    ("launchgood.com", &[]),
    ("leetchi.com", &[]),
    ("liberapay.com", &[]),
    ("monzo.me", &[]),
    ("nowpayments.io", &["/donation", "/payment"]),
    ("opencollective.com", &[]),
    ("patreon.com", &[]),
    ("paypal.com", &["/paypalme", "/donate", "/pools", "/cgi-bin/webscr"]),
    ("paypal.me", &[]),
    ("razorpay.me", &[]),
    ("revolut.me", &[]),
    ("subscribestar.com", &[]),
    ("tipeee.com", &[]),
    ("venmo.com", &[]),
    ("whydonate.com", &[]),
    ("wise.com", &["/pay"]),
    ("yoomoney.ru", &["/to", "/fundraise"]),
];

const MESSAGING: &Table = &[
    ("app.element.io", &[]),
    ("chat.whatsapp.com", &[]),
    ("chats.viber.com", &[]),
    ("discord.com", &["/invite"]),
    ("discord.gg", &[]),
    ("discordapp.com", &["/invite"]),
    ("go.rocket.chat", &[]),
    ("invite.viber.com", &[]),
    ("join.skype.com", &[]),
    ("line.me", &[]),
    ("m.me", &[]),
    ("matrix.to", &[]),
    ("open.rocket.chat", &[]),
    ("riot.im", &["/app"]),
    ("signal.group", &[]),
    ("signal.me", &[]),
    ("simplex.chat", &["/contact", "/invitation"]),
    ("t.me", &[]),
    ("tamtam.chat", &[]),
    ("telegram.dog", &[]),
    ("telegram.me", &[]),
    ("threema.group", &[]),
    ("threema.id", &[]),
    ("tt.me", &[]),
    ("wa.me", &[]),
    ("web.telegram.org", &[]),
    ("whatsapp.com", &["/channel", "/send"]),
    ("wickr.me", &[]),
    ("zello.me", &[]),
];

const PASTE: &Table = &[
    ("0bin.net", &[]),
    ("1drv.ms", &[]),
    ("1fichier.com", &[]),
    ("4shared.com", &[]),
    ("anonfiles.com", &[]),
    ("archive.org", &["/details", "/download"]),
    ("bayfiles.com", &[]),
    ("bpa.st", &[]),
    ("catbox.moe", &[]),
    ("cl1p.net", &[]),
    ("cloud.mail.ru", &["/public"]),
    ("controlc.com", &[]),
    ("disk.yandex.com", &[]),
    ("disk.yandex.ru", &[]),
    ("dpaste.com", &[]),
    ("dpaste.org", &[]),
    ("drive.google.com", &[]),
    ("dropbox.com", &["/s", "/sh", "/scl"]),
    ("dropmefiles.com", &[]),
    ("failiem.lv", &[]),
    ("file.io", &[]),
    ("filebin.net", &[]),
    ("files.fm", &[]),
    ("ghostbin.co", &[]),
    ("ghostbin.com", &[]),
    ("ghostbin.me", &[]),
    ("gofile.io", &[]),
    ("graph.org", &[]),
    ("hastebin.com", &[]),
    ("justpaste.it", &[]),
    ("justpaste.me", &[]),
    ("krakenfiles.com", &[]),
    ("legra.ph", &[]),
    ("mediafire.com", &[]),
    ("mega.co.nz", &[]),
    ("mega.nz", &[]),
    ("onedrive.live.com", &[]),
    ("paste.ee", &[]),
    ("paste.rs", &[]),
    ("paste2.org", &[]),
    ("pastebin.com", &[]),
    ("pastelink.net", &[]),
    ("pcloud.link", &[]),
    ("pixeldrain.com", &[]),
    ("privatebin.net", &[]),
    ("rentry.co", &[]),
    ("rentry.org", &[]),
    ("send.cm", &[]),
    ("send.vis.ee", &[]),
    ("sendspace.com", &[]),
    ("telegra.ph", &[]),
    ("terabox.com", &[]),
    ("top4top.io", &[]),
    ("top4top.net", &[]),
    ("transfer.sh", &[]),
    ("txti.es", &[]),
    ("ufile.io", &[]),
    ("uploadfiles.io", &[]),
    ("we.tl", &[]),
    ("wetransfer.com", &[]),
    ("workupload.com", &[]),
    ("write.as", &[]),
    ("yadi.sk", &[]),
    ("zerobin.net", &[]),
];

/// Schemes of links that need no host. What follows `:` in those of payments is an address or an invoice.
pub(super) const SCHEMES: &[(&str, Kind)] = &[
    ("bitcoin", Kind::PaymentLink),
    ("ethereum", Kind::PaymentLink),
    ("lightning", Kind::PaymentLink),
    ("litecoin", Kind::PaymentLink),
    ("monero", Kind::PaymentLink),
    ("tron", Kind::PaymentLink),
    ("sgnl", Kind::MessagingLink),
    ("tg", Kind::MessagingLink),
    ("threema", Kind::MessagingLink),
    ("viber", Kind::MessagingLink),
    ("whatsapp", Kind::MessagingLink),
];

/// A service that a host belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Service {
    pub(super) host: &'static str,
    kind: Kind,
    paths: &'static [&'static str],
}

/// The service whose host a host in lower case is or belongs to.
pub(super) fn of(host: &str) -> Option<Service> {
    let mut end = host;
    loop {
        for (kind, table) in [(Kind::PaymentLink, PAYMENT), (Kind::MessagingLink, MESSAGING), (Kind::PasteLink, PASTE)]
        {
            if let Ok(index) = table.binary_search_by(|(host, _)| (*host).cmp(end)) {
                let (host, paths) = table[index];
                return Some(Service { host, kind, paths });
            }
        }
        end = end.split_once('.')?.1;
    }
}

impl Service {
    /// What a link to it is for; `path` from its slash on.
    pub(super) fn kind(self, path: &str) -> Option<Kind> {
        let begins = |prefix: &&str| {
            path.strip_prefix(*prefix).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-'))
        };
        (self.paths.is_empty() || self.paths.iter().any(begins)).then_some(self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::{MESSAGING, PASTE, PAYMENT};

    #[test]
    fn tables_are_in_order() {
        for table in [PAYMENT, MESSAGING, PASTE] {
            assert!(table.is_sorted_by(|(a, _), (b, _)| a < b), "{table:?}");
        }
    }
}
