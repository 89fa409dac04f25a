//! A little HTML: text that is always escaped, and tables.

use std::fmt::{self, Write};

/// A fragment of a page.
#[derive(Clone, Debug, Default)]
pub struct Html(String);

impl Html {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an element with text in it.
    pub fn text(&mut self, element: &str, text: &str) -> &mut Self {
        let _ = writeln!(self.0, "<{element}>{}</{element}>", escaped(text));
        self
    }

    /// Adds another fragment.
    pub fn add(&mut self, other: &Self) -> &mut Self {
        self.0 += &other.0;
        self
    }

    /// Adds something that is HTML already.
    pub fn raw(&mut self, html: &str) -> &mut Self {
        self.0 += html;
        self
    }

    /// Adds a table.
    pub fn table(&mut self, headings: &[&str], rows: &[Vec<String>]) -> &mut Self {
        let cells = |tag: &str, texts: &mut dyn Iterator<Item = &str>| -> String {
            texts
                .map(|text| format!("<{tag}>{}</{tag}>", escaped(text)))
                .collect()
        };
        let _ = writeln!(
            self.0,
            "<div class=\"wide\"><table><thead><tr>{}</tr></thead><tbody>",
            cells("th", &mut headings.iter().copied())
        );
        for row in rows {
            let row = cells("td", &mut row.iter().map(String::as_str));
            let _ = writeln!(self.0, "<tr>{row}</tr>");
        }
        self.0 += "</tbody></table></div>\n";
        self
    }

    /// Adds text that is shown when asked for.
    pub fn details(&mut self, summary: &str, text: &str) -> &mut Self {
        let _ = writeln!(
            self.0,
            "<details><summary>{}</summary><pre>{}</pre></details>",
            escaped(summary),
            escaped(text)
        );
        self
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text in which nothing is markup.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            other => escaped.push(other),
        }
    }
    escaped
}

/// Text as the content of a `data:` link.
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + text.len() / 4);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'-'
            | b'_'
            | b'.'
            | b','
            | b'/'
            | b':'
            | b'='
            | b';'
            | b' '
            | b'('
            | b')' => encoded.push(char::from(byte)),
            other => {
                let _ = write!(encoded, "%{other:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let mut html = Html::new();
        html.text("p", "a < b & \"c\"")
            .table(&["<x>"], &[vec!["1 > 0".to_owned()]]);
        let text = html.to_string();
        assert!(
            text.contains("<p>a &lt; b &amp; &quot;c&quot;</p>"),
            "{text}"
        );
        assert!(text.contains("<th>&lt;x&gt;</th>") && text.contains("<td>1 &gt; 0</td>"));
        assert_eq!(percent_encoded("a\"<\n"), "a%22%3C%0A");
    }
}
