//! How a person is reached: addresses and telephone numbers, in one form each.

/// An e-mail address of a plausible form, its domain in lower case, or what is wrong with it. Whether it exists only a
/// letter tells.
pub fn email(value: &str) -> Result<String, &'static str> {
    let wrong = Err("is not an e-mail address as in prenom.nom@exemple.fr");
    let value = value.trim();
    let Some((local, domain)) = value.rsplit_once('@') else { return wrong };
    let is_atom = |atom: &str| {
        let is_right = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
        !atom.is_empty() && atom.chars().all(is_right)
    };
    let is_label = |label: &str| {
        let is_right = |c: char| c.is_alphanumeric() || c == '-';
        (1..=63).contains(&label.len())
            && label.chars().all(is_right)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let fits = value.len() <= 254 && local.len() <= 64;
    // The last label is a word, or an address of a machine would pass.
    let top = domain.rsplit('.').next().unwrap_or_default();
    let is_name = domain.contains('.') && top.chars().count() >= 2 && !top.contains(|c: char| c.is_numeric());
    if !fits || !local.split('.').all(is_atom) || !domain.split('.').all(is_label) || !is_name {
        return wrong;
    }
    Ok(format!("{local}@{}", domain.to_lowercase()))
}

/// The first digits of numbers overseas, which have country codes of their own.
const OVERSEAS: [(&str, &str); 14] = [
    ("0262", "+262"),
    ("0263", "+262"),
    ("0269", "+262"),
    ("0639", "+262"),
    ("0692", "+262"),
    ("0693", "+262"),
    ("0590", "+590"),
    ("0690", "+590"),
    ("0691", "+590"),
    ("0594", "+594"),
    ("0694", "+594"),
    ("0596", "+596"),
    ("0696", "+596"),
    ("0697", "+596"),
];

/// A telephone number as E.164 has it, French ones in national form included, or what is wrong with it.
pub fn phone(value: &str) -> Result<String, &'static str> {
    const FORM: &str = "is not a telephone number as in 02 37 38 84 12 or +33 2 37 38 84 12";
    let punctuation = |c: char| c.is_whitespace() || "().-/\u{2010}\u{2011}".contains(c);
    // "+33 (0)2 …" says the same number in two ways.
    let value = value.trim().replace("(0)", "");
    let mut number: String = value.chars().filter(|c| !punctuation(*c)).collect();
    if let Some(rest) = number.strip_prefix("00") {
        number = format!("+{rest}");
    }
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(FORM);
    }
    if number.starts_with('+') {
        if let Some(french) = digits.strip_prefix("33") {
            let subscriber = french.strip_prefix('0').unwrap_or(french);
            let is_right = subscriber.len() == 9 && !subscriber.starts_with('0');
            return if is_right {
                Ok(format!("+33{subscriber}"))
            } else {
                Err("has not the nine digits that follow +33")
            };
        }
        let is_right = (7..=15).contains(&digits.len()) && !digits.starts_with('0');
        return if is_right { Ok(number) } else { Err(FORM) };
    }
    if digits.len() < 10 {
        return Err(
            "is too short: give all ten digits, or + and the country's code; short numbers go into a description",
        );
    }
    let is_french = digits.len() == 10 && digits.starts_with('0') && !digits.starts_with("00");
    if !is_french {
        return Err("is not a French number of ten digits: begin others with + and the country's code");
    }
    let overseas = OVERSEAS.iter().find(|(first, _)| digits.starts_with(first));
    Ok(format!("{}{}", overseas.map_or("+33", |(_, code)| code), &digits[1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_form_and_its_domain_no_case() {
        assert_eq!(email(" Awa.Diallo+mairie@Dreux.FR "), Ok("Awa.Diallo+mairie@dreux.fr".to_owned()));
        assert!(email("contact@maison-de-l-été.fr").is_ok());
        let long = format!("{}@exemple.fr", "x".repeat(65));
        let wrong = [
            "",
            "awa",
            "awa@",
            "@dreux.fr",
            "awa@dreux",
            "a b@dreux.fr",
            "awa@@dreux.fr",
            ".awa@dreux.fr",
            "a..b@dreux.fr",
            "awa@-dreux.fr",
            "awa@dreux..fr",
            "awa@127.0.0.1",
            "Awa <awa@dreux.fr>",
            "awa@dreux.fr\r\nBcc: x@y.fr",
            "awa@dreux.fr,b@c.fr",
            &long,
        ];
        for wrong in wrong {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_number_has_one_form() {
        for same in [
            "02 37 38 84 12",
            "02.37.38.84.12",
            "+33 2 37 38 84 12",
            "0033237388412",
            "+33 (0)2 37 38 84 12",
            "+330237388412",
        ] {
            assert_eq!(phone(same), Ok("+33237388412".to_owned()), "{same}");
        }
        assert_eq!(phone("0262 90 00 00"), Ok("+262262900000".to_owned()), "La Réunion");
        assert_eq!(phone("+32 2 555 12 12"), Ok("+3225551212".to_owned()));
        for wrong in [
            "",
            "39 49",
            "2 37 38 84 12",
            "02 37 38 84",
            "+33 2 37",
            "+0 123 456 789",
            "02 37 38 84 12 poste 3",
            "++33237388412",
            "01234567890",
            "+123456",
            "+1234567890123456",
        ] {
            assert!(phone(wrong).is_err(), "{wrong}");
        }
    }
}
