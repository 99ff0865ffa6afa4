//! Tables of words, in text files beside the code: what another program says, and what it means.

/// What follows ` |` in the first row with a word that `text` contains, or "". `; ` parts words.
/// Leading spaces matter; an empty word always matches. Lines that begin with `//` are comments.
pub fn find(table: &'static str, text: &str) -> &'static str {
    let lines = table.lines().filter(|line| !line.starts_with("//"));
    let mut rows = lines.filter_map(|line| line.split_once(" |"));
    let row = rows.find(|(words, _)| words.split("; ").any(|word| text.contains(word)));
    row.map_or("", |(_, meaning)| meaning.trim())
}
