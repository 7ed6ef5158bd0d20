//! The images of a page: what the coder wrote of the words in them, and what is read of that.
//!
//! Invariants: an image is read here and not by the page's script, which does not know what was written of it; its text is
//! what the page says of it, and below that what the coder wrote; an image without words is read too, because decisions
//! stand on it.
//! Must not touch: how anything looks, where what was written is kept.

use crate::drafts::Draft;
use crate::store::{Content, Store, Unit};
use leptos::prelude::*;
use postil::service::MAX_TEXT;
use postil::service::protocol::{Page, Pictured, Region, Request, Response};
use postil::service::tab::{ShownImage, TabRequest};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Most images in one request.
const BATCH: usize = 64;

/// An image of the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Image {
    /// As the page shows it.
    pub(crate) shown: ShownImage,
    /// What the page says of it.
    alternative: String,
    /// What the coder wrote of the words in it.
    pub(crate) transcript: String,
}

impl Image {
    /// One of which nothing is written yet.
    pub(crate) fn new(shown: ShownImage, alternative: &str) -> Self {
        Self { shown, alternative: alternative.to_owned(), transcript: String::new() }
    }

    /// It, or a part of it, as a decision names it.
    pub(crate) fn part(&self, region: Option<Region>) -> Pictured {
        Pictured { source: self.shown.source.clone(), region }
    }

    /// What is read.
    fn text(&self) -> String {
        let parts = [self.alternative.trim(), self.transcript.trim()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

impl Content {
    /// What is shown of an image goes on being shown while the page says the same of it.
    pub(crate) fn kept_of(&self, before: &Self) -> Option<Self> {
        let (image, was) = self.image.as_ref().zip(before.image.as_ref())?;
        let same = image.shown.source == was.shown.source && image.alternative == was.alternative;
        same.then(|| Self {
            author: self.author.clone(),
            path: self.path.clone(),
            image: Some(Image { shown: image.shown.clone(), ..was.clone() }),
            ..before.clone()
        })
    }
}

/// What is known of images, by what they are known by.
#[derive(Debug, Default)]
pub(crate) struct Images {
    /// What was written; empty: nothing.
    written: HashMap<String, String>,
    /// Units that were read, and of which nothing was decided or written since.
    read: HashSet<String>,
    busy: bool,
}

impl Images {
    /// Something was decided, or another page is shown: all are to be read again. What was written stays.
    pub(crate) fn outdate(&mut self) {
        self.read.clear();
    }
}

impl Store {
    /// Another project may be open: what was written in it is asked for anew.
    pub(crate) fn forget_images(self) {
        self.images.update_value(|images| {
            images.written.clear();
            images.read.clear();
        });
        self.read_images();
    }

    /// Reads the images that wait, slice by slice.
    pub(crate) fn read_images(self) {
        let waits = self.next_images().is_some();
        if waits && self.images_read.get_untracked() {
            self.images_read.set(false);
        }
        let begins = |images: &mut Images| waits && !std::mem::replace(&mut images.busy, true);
        if self.images.try_update_value(begins) != Some(true) {
            return;
        }
        spawn_local(async move {
            while let Some((page, units)) = self.next_images() {
                if let Err(message) = self.read_some(page, units).await {
                    self.notice.set(message);
                    break;
                }
            }
            self.images.update_value(|images| images.busy = false);
            self.images_read.set(self.next_images().is_none());
        });
    }

    /// Images of one page that are to be read.
    fn next_images(self) -> Option<(Page, Vec<Unit>)> {
        let mut found: Vec<Unit> = Vec::new();
        self.images.with_value(|images| {
            for unit in self.units() {
                let is_image = unit.content.with_untracked(|content| content.image.is_some());
                let same_page = found.first().is_none_or(|first| first.page() == unit.page());
                if is_image && same_page && !images.read.contains(&unit.id) && found.len() < BATCH {
                    found.push(unit);
                }
            }
        });
        Some(((*found.first()?.page()).clone(), found))
    }

    async fn read_some(self, page: Page, units: Vec<Unit>) -> Result<(), String> {
        let host = self.host();
        let contents: Vec<Arc<Content>> = units.iter().map(|unit| unit.content.get_untracked()).collect();
        let mut images: Vec<Image> = contents.iter().filter_map(|content| content.image.clone()).collect();
        let sources: Vec<String> = images.iter().map(|image| image.shown.source.clone()).collect();
        let unknown: Vec<String> = self.images.with_value(|images| {
            sources.iter().filter(|source| !images.written.contains_key(*source)).cloned().collect()
        });
        if !unknown.is_empty() {
            let request = Request::Transcripts { images: unknown.clone() };
            let answer = host.request(&request).await.map_err(|failure| failure.message)?;
            if let Response::Transcripts { texts } = answer {
                let told = unknown.into_iter().zip(texts.into_iter().map(Option::unwrap_or_default));
                self.images.update_value(|images| images.written.extend(told));
            }
        }
        self.images.with_value(|known| {
            for image in &mut images {
                image.transcript = known.written.get(&image.shown.source).cloned().unwrap_or_default();
            }
        });
        let texts: Vec<String> = images
            .iter()
            .map(|image| Some(image.text()).filter(|text| text.len() <= MAX_TEXT).unwrap_or_default())
            .collect();
        // What is decided or written from now on makes them wait again.
        self.images.update_value(|images| images.read.extend(units.iter().map(|unit| unit.id.clone())));
        let request = Request::Read { page, units: texts.clone(), images: sources.into_iter().map(Some).collect() };
        let answer = host.request(&request).await.map_err(|failure| failure.message)?;
        let Response::Readings { readings, .. } = answer else { return Ok(()) };
        let read = units.into_iter().zip(contents).zip(images).zip(texts).zip(readings);
        let read = read.map(|((((unit, content), image), text), reading)| {
            let results = Some(reading.results.into_iter().map(Arc::new).collect());
            let (entities, hidden) = (reading.entities, reading.hidden);
            let content = Content { text, image: Some(image), results, entities, hidden, ..(*content).clone() };
            (unit, content, reading.marks)
        });
        self.read_of_images(read.collect());
        Ok(())
    }

    /// Keeps what the coder wrote of the words in an image, and reads it.
    pub(crate) fn transcribe(self, unit: &Unit, text: String) {
        let Some(image) = unit.content.get_untracked().image.clone() else { return };
        if image.transcript == text {
            return;
        }
        let (source, id, host) = (image.shown.source, unit.id.clone(), self.host());
        spawn_local(async move {
            let request = Request::Transcribe { image: source.clone(), text: text.clone(), at: host.now() };
            match host.request(&request).await {
                Ok(Response::Transcripts { texts }) => {
                    let lost = !text.is_empty() && texts.iter().all(Option::is_none);
                    self.notice.set(self.text(if lost { "panel_transcript_passing" } else { "panel_transcript_kept" }));
                }
                Ok(_) => {}
                Err(failure) => return self.notice.set(self.fill("coding_not_kept", &[&failure.message])),
            }
            self.images.update_value(|images| {
                images.written.insert(source, text);
                images.read.remove(&id);
            });
            self.read_images();
        });
    }

    /// Lets the coder code a part of an image, which is drawn on the page or written in the form.
    pub(crate) fn code_region(self, unit: &Unit) {
        self.select(&unit.id);
        if unit.content.with_untracked(|content| content.image.is_none()) {
            return self.notice.set(self.text("panel_no_image"));
        }
        let begins = Region { x: 250, y: 250, width: 500, height: 500 };
        self.open(Draft::of_region(unit, Some(begins)));
        self.draw(&unit.id, None);
    }

    /// Has a part of an image drawn on the page, if that may be.
    pub(crate) fn draw(self, unit: &str, region: Option<Region>) {
        if !self.quiet.get_untracked() {
            self.host().tab(&TabRequest::Draw { unit: unit.to_owned(), region });
        }
    }

    /// Goes to the field for the words of the current image, or of the first image that comes after the current unit.
    pub(crate) fn go_to_transcript(self, unit: &Unit) {
        let mut units = self.units().into_iter().skip_while(|it| it.id != unit.id);
        let is_image = |unit: &Unit| unit.content.with_untracked(|content| content.image.is_some());
        match units.find(is_image) {
            Some(image) => {
                self.go_to(&image.id);
                crate::panel::focus_transcript(image.id);
            }
            None => self.notice.set(self.text("panel_no_image")),
        }
    }
}
