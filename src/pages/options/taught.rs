//! What the coder taught about sites: shown, edited as text, taken to and from a file, removed.
//!
//! Invariants: what is not right is refused whole, by its line or its site, and changes nothing.
//! Must not touch: how a page is read by it.

use super::Options;
use crate::files;
use crate::host::{from_js, to_js};
use crate::site::shown;
use js_sys::JSON;
use leptos::html;
use leptos::prelude::*;
use postil::service::sites::{File, SitePart, SiteRule, check, lines};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Largest file of rules, in bytes.
const MAX_FILE: f64 = 1_000_000.0;
/// What a file is called, and what it is.
const NAME: &str = "postil-sites.json";
const MIME: &str = "application/json";

#[derive(Clone, Copy)]
struct Taught {
    options: Options,
    /// What was wrong with a file.
    fault: RwSignal<String>,
    /// The site whose rules are edited.
    edited: RwSignal<Option<String>>,
}

pub(super) fn taught(options: Options) -> impl IntoView {
    let taught = Taught { options, fault: RwSignal::new(String::new()), edited: RwSignal::new(None) };
    let rules = Memo::new(move |_| {
        let read = |lines: &Vec<String>| lines.iter().filter_map(|line| SiteRule::read(line)).collect::<Vec<_>>();
        options.settings.with(|it| it.as_ref().map(|it| read(&it.taught)).unwrap_or_default())
    });
    let chosen = move |event: leptos::ev::Event| {
        if let Some(file) = files::chosen(&event) {
            taught.bring(file);
        }
    };
    view! {
        <div class="taught">
            <h3>{options.text("options_taught")}</h3>
            <p class="hint" id="taught-hint">{options.text("options_taught_hint")}</p>
            {move || taught.list(&rules.get())}
            <div class="actions">
                <label class="file">
                    <input type="file" id="taught-file" accept=".json,application/json" aria-describedby="taught-hint" on:change=chosen />
                    {options.text("options_taught_bring")}
                </label>
                <button
                    type="button"
                    id="taught-save"
                    prop:disabled=move || rules.with(Vec::is_empty)
                    on:click=move |_| taught.save(&rules.get_untracked())
                >
                    {options.text("options_taught_save")}
                </button>
            </div>
            <p class="fault" id="taught-fault" aria-live="polite">{move || taught.fault.get()}</p>
        </div>
    }
}

impl Taught {
    fn list(self, rules: &[SiteRule]) -> AnyView {
        if rules.is_empty() {
            return view! { <p class="empty">{self.options.text("options_taught_none")}</p> }.into_any();
        }
        let mut sites: Vec<String> = Vec::new();
        for rule in rules {
            if !sites.contains(&rule.site) {
                sites.push(rule.site.clone());
            }
        }
        let lines = sites.into_iter().map(|site| self.line(rules, site));
        view! { <ul class="rows" role="list">{lines.collect_view()}</ul> }.into_any()
    }

    fn line(self, rules: &[SiteRule], site: String) -> impl IntoView + use<> {
        let browser = self.options.browser;
        let name = shown(&site).to_owned();
        let text = written(rules, &site);
        let said = text.clone();
        let [edit, remove] =
            ["options_taught_edit_named", "options_taught_remove_named"].map(|key| browser.fill(key, &[&name]));
        let key = StoredValue::new(site.clone());
        let open = Memo::new(move |_| self.edited.with(|edited| edited.as_deref() == Some(&*key.get_value())));
        view! {
            <li class="row">
                <bdi class="site" dir="ltr">{name}</bdi>
                <button
                    type="button"
                    aria-label=edit
                    aria-expanded=move || open.get().to_string()
                    data-edit=site.clone()
                    on:click=move |_| self.edited.set((!open.get_untracked()).then(|| key.get_value()))
                >
                    {self.options.text("options_taught_edit")}
                </button>
                <button
                    type="button"
                    class="remove"
                    aria-label=remove
                    data-forget=site
                    on:click=move |_| self.put(&key.get_value(), Vec::new(), "options_taught_removed")
                >
                    {self.options.text("options_remove")}
                </button>
                {move || if open.get() {
                    self.editor(key.get_value(), text.clone()).into_any()
                } else {
                    view! { <pre class="rules" dir="ltr">{said.clone()}</pre> }.into_any()
                }}
            </li>
        }
    }

    /// The rules of a site as text, a line for each.
    fn editor(self, site: String, text: String) -> impl IntoView {
        let field = NodeRef::<html::Textarea>::new();
        let fault = RwSignal::new(String::new());
        let label = self.options.browser.fill("options_taught_text", &[shown(&site)]);
        let keep = move |_| {
            let Some(field) = field.get_untracked() else { return };
            let rules =
                read(&site, &field.value()).map_err(|line| self.options.browser.fill("options_taught_line", &[&line]));
            match rules.and_then(|rules| self.usable(&rules).map(|()| rules)) {
                Ok(rules) => {
                    self.put(&site, rules, "options_taught_kept");
                    self.edited.set(None);
                }
                Err(said) => fault.set(said),
            }
        };
        view! {
            <div class="editor">
                <textarea
                    id="taught-text"
                    dir="ltr"
                    rows="6"
                    aria-label=label
                    aria-describedby="taught-text-hint taught-text-fault"
                    node_ref=field
                    prop:value=text
                ></textarea>
                <p class="hint" id="taught-text-hint">{self.options.text("options_taught_text_hint")}</p>
                <div class="actions">
                    <button type="button" id="taught-keep" on:click=keep>{self.options.text("options_taught_keep")}</button>
                    <button type="button" on:click=move |_| self.edited.set(None)>{self.options.text("options_taught_cancel")}</button>
                </div>
                <p class="fault" id="taught-text-fault" aria-live="polite">{move || fault.get()}</p>
            </div>
        }
    }

    /// Puts these rules in place of a site's.
    fn put(self, site: &str, rules: Vec<SiteRule>, said: &str) {
        let said = self.options.browser.fill(said, &[shown(site)]);
        let site = site.to_owned();
        self.options.change(
            move |settings| {
                settings.taught.retain(|line| !is_of(line, &site));
                settings.taught.extend(lines(&rules));
            },
            said,
        );
    }

    fn save(self, rules: &[SiteRule]) {
        let written = to_js(&File::of(rules))
            .and_then(|file| JSON::stringify_with_replacer_and_space(&file, &JsValue::NULL, &2.into()));
        match written {
            Ok(text) => self.options.browser.host().save(NAME, MIME, text),
            Err(error) => self.fault.set(crate::host::words(&error)),
        }
    }

    /// Adds the rules of a file, in place of those of its sites.
    fn bring(self, file: web_sys::File) {
        self.fault.set(String::new());
        spawn_local(async move {
            match self.brought(&file).await {
                Ok(rules) => {
                    let said = self.options.browser.fill("options_taught_brought", &[&rules.len().to_string()]);
                    self.options.change(
                        move |settings| {
                            settings.taught.retain(|line| !rules.iter().any(|rule| is_of(line, &rule.site)));
                            settings.taught.extend(lines(&rules));
                        },
                        said,
                    );
                }
                Err(said) => {
                    self.fault.set(self.options.browser.fill("options_taught_refused", &[&file.name(), &said]))
                }
            }
        });
    }

    async fn brought(self, file: &web_sys::File) -> Result<Vec<SiteRule>, String> {
        if file.size() > MAX_FILE {
            return Err(self.options.text("options_taught_large"));
        }
        let words = |error: JsValue| crate::host::words(&error);
        let text = JsFuture::from(file.text()).await.map_err(words)?.as_string().unwrap_or_default();
        let file: File = from_js(JSON::parse(&text).map_err(words)?).map_err(words)?;
        let rules = file.rules()?;
        self.usable(&rules)?;
        Ok(rules)
    }

    /// Whether the browser can read all selectors; else which it cannot.
    fn usable(self, rules: &[SiteRule]) -> Result<(), String> {
        check(&lines(rules))?;
        let unreadable =
            |rule: &&SiteRule| document().create_document_fragment().query_selector(&rule.selector).is_err();
        match rules.iter().find(unreadable) {
            Some(rule) => Err(self.options.browser.fill("options_taught_selector", &[&rule.selector])),
            None => Ok(()),
        }
    }
}

/// Whether a kept line is about a site.
fn is_of(line: &str, site: &str) -> bool {
    line.split(' ').next() == Some(site)
}

/// A site's rules, a line for each.
fn written(rules: &[SiteRule], site: &str) -> String {
    let of_site = rules.iter().filter(|rule| rule.site == site);
    of_site.map(|rule| format!("{}: {}", rule.part.word(), rule.selector)).collect::<Vec<_>>().join("\n")
}

/// The rules that lines of text say; else the line that says none.
fn read(site: &str, text: &str) -> Result<Vec<SiteRule>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let said = line.split_once(':').and_then(|(word, selector)| {
                let (site, selector) = (site.to_owned(), selector.trim().to_owned());
                Some(SiteRule { site, part: SitePart::of(word.trim())?, selector })
            });
            said.ok_or_else(|| line.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{read, written};

    #[test]
    fn rules_are_what_their_text_says() {
        let text = "post: div.post\nauthor: div.post > a:nth-child(2)";
        let rules = read("https://example.org/*", text).unwrap();
        assert_eq!(written(&rules, "https://example.org/*"), text);
        assert_eq!(read("https://example.org/*", "\n post :  p  \n\n").unwrap()[0].selector, "p");
        assert_eq!(read("https://example.org/*", "post: p\nadvert: p"), Err("advert: p".to_owned()));
        assert_eq!(read("https://example.org/*", "p"), Err("p".to_owned()));
    }
}
