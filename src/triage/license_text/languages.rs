//! Words by which a sentence in another language than English is told to restrict, or to be in another language.
//!
//! In: a word in lower case, without signs. Out: a yes or no. Never: a translation; what such a sentence says is for a
//! person who reads it.

/// Parts of words that say "only", "not", "forbidden" or "commercial", in scripts other than Latin.
const PARTS: [&str; 107] = [
    // Chinese, simplified and traditional.
    "翻印",
    "内部使",
    "內部使",
    "严禁",
    "嚴禁",
    "谢绝",
    "謝絕",
    "专用",
    "專用",
    "転載",
    "複製厳",
    "무단",
    "非商",
    "商用",
    "商业",
    "商業",
    "仅限",
    "僅限",
    "仅供",
    "僅供",
    "仅用",
    "只能",
    "只供",
    "禁止",
    "不得",
    "不可",
    "不允许",
    "不允許",
    "未经",
    "未經",
    "付费",
    "付費",
    "收费",
    "收費",
    "除外",
    "必须",
    "必須",
    "营利",
    "營利",
    // Japanese.
    "営利",
    "禁じ",
    "限り",
    "限定",
    "のみ",
    "できません",
    "だけ",
    "許可なく",
    "除く",
    "有料",
    // Korean.
    "상업",
    "영리",
    "금지",
    "만사용",
    "한하여",
    "한정",
    "제외",
    "허용되지",
    "안됩니다",
    "유료",
    // Russian, Ukrainian, Bulgarian.
    "запрещ",
    "запрет",
    "запреш",
    "забор",
    "забран",
    "нельзя",
    "только",
    "тільки",
    "само",
    "лишь",
    "лише",
    "коммерч",
    "комерц",
    "комерч",
    "кроме",
    "исключ",
    "огранич",
    "обязан",
    "платн",
    // Arabic and Persian.
    "تجار",
    "يحظر",
    "ممنوع",
    "فقط",
    "يمنع",
    "لايجوز",
    "يجوز",
    "باستثناء",
    "بشرط",
    "غیر",
    "غير",
    // Hindi, Bengali, Nepali.
    "केवल",
    "व्यावसायिक",
    "वाणिज्यिक",
    "निषिद्ध",
    "वर्जित",
    "मात्र",
    "বাণিজ্যিক",
    "শুধুমাত্র",
    "নিষিদ্ধ",
    // Hebrew, Greek, Thai.
    "מסחרי",
    "אסור",
    "בלבד",
    "εμπορικ",
    "απαγορ",
    "μόνο",
    "ห้าม",
    "เท่านั้น",
    "พาณิชย์",
];

/// Beginnings of such words in Latin letters that begin no English word which stands beside a license.
const STEMS: [&str; 46] = [
    // German, Dutch.
    "nichtkommerz",
    "kommerz",
    "gewerblich",
    "verbot",
    "untersag",
    "ausschlie",
    "ausgenommen",
    "entgelt",
    "kostenpflicht",
    "uitsluitend",
    "nietcommerc",
    "verboden",
    // French, Spanish, Portuguese, Italian, Romanian, Catalan.
    "uniquement",
    "seulement",
    "interdit",
    "interdic",
    "lucrat",
    "únicament",
    "unicament",
    "solament",
    "somente",
    "apenas",
    "prohíb",
    "proib",
    "comercia",
    "soltanto",
    "esclusiva",
    "vietat",
    "interzis",
    "numai",
    // The Nordic and Baltic languages.
    "kommersi",
    "endast",
    "förbjud",
    "forbud",
    "kaupallis",
    "kielletty",
    // Polish, Czech, Hungarian, Turkish.
    "komerc",
    "komerč",
    "wyłącznie",
    "zabron",
    "zakáz",
    "kereskedel",
    "yalnız",
    "ticari",
    // Indonesian, Malay.
    "komersial",
    "dilarang",
];

/// Whole words of the same kind, which are too short to be told by their beginning.
const WHOLE: [&str; 40] = [
    "nur",
    "nicht",
    "kein",
    "keine",
    "darf",
    "dürfen",
    "außer",
    "alleen",
    "niet",
    "geen",
    "sauf",
    "lucro",
    "sólo",
    "excepto",
    "exceto",
    "salvo",
    "não",
    "vain",
    "inte",
    "ikke",
    "icke",
    "tylko",
    "nie",
    "pouze",
    "csak",
    "tilos",
    "sadece",
    "yasak",
    "hariç",
    "chỉ",
    "không",
    "cấm",
    "hanya",
    "tidak",
    "kecuali",
    "pekee",
    "marufuku",
    "isipokuwa",
    "biashara",
    "nebo",
];

/// Small words of other languages that stand in no English sentence.
const SMALL: [&str; 44] = [
    "für", "fur", "und", "oder", "ist", "sind", "wird", "diese", "dieses", "pour", "est", "sont", "dans",
    "avec", "aux", "cette", "ce", "para", "por", "con", "esta", "este", "es", "uso", "el", "los", "las",
    "della", "questo", "per", "voor", "deze", "dit", "het", "een", "dla", "untuk", "ini", "kwa", "hii",
    "için", "och", "af", "till",
];

/// Whether a word of a sentence beside a license may restrict.
pub(super) fn restricts(word: &str) -> bool {
    let beyond_latin = !word.is_ascii() && PARTS.iter().any(|part| word.contains(part));
    beyond_latin || STEMS.iter().any(|stem| word.starts_with(stem)) || WHOLE.contains(&word)
}

/// Whether a word is of another language, so that what its sentence says is not read here: letters that no English
/// word has, or a small word.
pub(super) fn is_foreign(word: &str) -> bool {
    !word.is_ascii() || SMALL.contains(&word) || restricts(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restrictions_are_told_in_many_languages_and_english_is_not_taken_for_one() {
        for word in [
            "仅供非商业使用",
            "営利目的",
            "상업적",
            "запрещено",
            "التجارية",
            "केवल",
            "nur",
            "uniquement",
            "prohíbe",
            "comerciais",
            "tylko",
            "dilarang",
        ] {
            assert!(restricts(word) && is_foreign(word), "{word}");
        }
        for word in ["only", "license", "vaccinations", "commons", "clinic", "community"] {
            assert!(!restricts(word) && !is_foreign(word), "{word}");
        }
        assert!(is_foreign("für") && is_foreign("学校"));
    }
}
