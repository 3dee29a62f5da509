using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Core.Tests.Journals;

public sealed class SubjectIdentifierTests
{
    private static readonly LocalDate Today = new(2026, 11, 22);

    private static readonly InMemoryKeyRing Keys = new(
        "new",
        new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["old"] = Key(1), ["new"] = Key(2) });

    [Theory]
    [InlineData("Åsa.Berg@EXEMPEL.se ", "åsa.berg@exempel.se")]
    [InlineData("\t ÅSA.BERG@exempel.SE\n", "åsa.berg@exempel.se")]
    [InlineData("A\u030asa.Berg@exempel.se", "åsa.berg@exempel.se")]
    [InlineData("o\u0308@exempel.se", "ö@exempel.se")]
    [InlineData("a@RÄKSMÖRGÅS.exempel.se", "a@xn--rksmrgs-5wao1o.exempel.se")]
    [InlineData("a@ra\u0308ksmo\u0308rga\u030as.exempel.se", "a@xn--rksmrgs-5wao1o.exempel.se")]
    [InlineData("a@exempel.se.", "a@exempel.se")]
    [InlineData("\"a@b\"@exempel.se", "\"a@b\"@exempel.se")]
    [InlineData("A+Tag@exempel.se", "a+tag@exempel.se")]
    public void An_address_has_one_form(string written, string expected) => SubjectIdentifier.OfEmail(written).NormalForm.ShouldBe(expected);

    [Fact]
    public void The_local_part_keeps_its_case_where_the_host_says_so() =>
        SubjectIdentifier.OfEmail("Åsa.Berg@EXEMPEL.se", isLocalPartLowered: false).NormalForm.ShouldBe("Åsa.Berg@exempel.se");

    [Theory]
    [InlineData("")]
    [InlineData("åsa")]
    [InlineData("@exempel.se")]
    [InlineData("a@")]
    [InlineData("a b@exempel.se")]
    [InlineData("a@exem pel.se")]
    [InlineData("a@exempel..se")]
    [InlineData("a@-exempel.se")]
    [InlineData("a@exempel_1.se")]
    public void What_is_no_address_is_refused(string written) => Refused(() => SubjectIdentifier.OfEmail(written), written);

    [Theory]
    [InlineData("070-123 45 67", "SE", "+46701234567")]
    [InlineData("+46701234567", "SE", "+46701234567")]
    [InlineData("+46 (0)70-123 45 67", "NO", "+46701234567")]
    [InlineData("0046 70 123 45 67", "SE", "+46701234567")]
    [InlineData("0701234567", "se", "+46701234567")]
    [InlineData("08–123 45 67", "SE", "+4681234567")]
    [InlineData("22 12 34 56", "NO", "+4722123456")]
    [InlineData("040 123456", "FI", "+35840123456")]
    [InlineData("06 1234 5678", "IT", "+390612345678")]
    [InlineData("06 1 234 5678", "HU", "+3612345678")]
    [InlineData("(212) 555-0100", "US", "+12125550100")]
    [InlineData("1 212 555 0100", "US", "+12125550100")]
    [InlineData("011 46 70 123 45 67", "US", "+46701234567")]
    [InlineData("+81 3 1234 5678", "SE", "+81312345678")]
    public void A_telephone_number_has_one_form(string written, string country, string expected) =>
        SubjectIdentifier.OfPhone(written, country).NormalForm.ShouldBe(expected);

    [Theory]
    [InlineData("", "SE")]
    [InlineData("+", "SE")]
    [InlineData("12", "SE")]
    [InlineData("070-123 45 67 ext 3", "SE")]
    [InlineData("070-1234567890123", "SE")]
    [InlineData("070+1234567", "SE")]
    [InlineData("03 1234 5678", "JP")]
    [InlineData("+0701234567", "SE")]
    public void What_is_no_telephone_number_is_refused(string written, string country) => Refused(() => SubjectIdentifier.OfPhone(written, country), written);

    [Theory]
    [InlineData("900101+1239", "189001011239")]
    [InlineData("900101-1239", "199001011239")]
    [InlineData("9001011239", "199001011239")]
    [InlineData("19900101-1239", "199001011239")]
    [InlineData("18900101+1239", "189001011239")]
    [InlineData(" 18900101–1239 ", "189001011239")]
    [InlineData("900161-1236", "199001611236")]
    [InlineData("900160-1238", "199001601238")]
    [InlineData("900061-1238", "199000611238")]
    [InlineData("000229-1239", "200002291239")]
    [InlineData("271231-1237", "192712311237")]
    [InlineData("261122-1232", "202611221232")]
    [InlineData("261122+1232", "192611221232")]
    public void An_identity_number_has_twelve_digits(string written, string expected) =>
        SubjectIdentifier.OfSwedishIdentityNumber(WithCheckDigit(written), Today).NormalForm.ShouldBe(WithCheckDigit(expected));

    [Fact]
    public void The_check_digit_of_the_known_vector_is_nine()
    {
        SubjectIdentifier.OfSwedishIdentityNumber("900101+1239", Today).NormalForm.ShouldBe("189001011239");
        foreach (var wrong in "012345678")
        {
            Refused(() => SubjectIdentifier.OfSwedishIdentityNumber($"900101+123{wrong}", Today), "900101");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("900101")]
    [InlineData("900101*1239")]
    [InlineData("90010112390")]
    [InlineData("900101--1239")]
    [InlineData("٩٠٠١٠١١٢٣٩")]
    [InlineData("901301-1239")]
    [InlineData("900132-1239")]
    [InlineData("900162-123a")]
    [InlineData("010229-1239")]
    [InlineData("901361-1239")]
    [InlineData("261123-1239")]
    [InlineData("20261123-1239")]
    [InlineData("19900101+1239")]
    [InlineData("900192-1239")]
    public void What_is_no_identity_number_is_refused(string written) =>
        Refused(() => SubjectIdentifier.OfSwedishIdentityNumber(WithCheckDigit(written), Today), written);

    [Theory]
    [InlineData("556000-0001", "5560000001")]
    [InlineData("5560000001", "5560000001")]
    [InlineData("16556000-0001", "5560000001")]
    [InlineData("900101-1239", "199001011239")]
    [InlineData("19900101-1239", "199001011239")]
    public void An_organisation_number_has_ten_digits_and_a_sole_traders_twelve(string written, string expected) =>
        SubjectIdentifier.OfSwedishOrganisationNumber(WithCheckDigit(written), Today).NormalForm.ShouldBe(WithCheckDigit(expected));

    [Theory]
    [InlineData("900101-1239")]
    [InlineData("19900101-1239")]
    public void A_sole_traders_number_is_the_persons_own(string written)
    {
        var firm = SubjectIdentifier.OfSwedishOrganisationNumber(WithCheckDigit(written), Today);
        var person = SubjectIdentifier.OfSwedishIdentityNumber(WithCheckDigit(written), Today);

        firm.Kind.ShouldBe(person.Kind);
        firm.Hash("example", Keys).Digests.ShouldBe(person.Hash("example", Keys).Digests);
        SubjectIdentifier.OfSwedishOrganisationNumber(WithCheckDigit("556000-0001"), Today).Kind.ShouldBe(IdentifierKind.SwedishOrganisationNumber);
    }

    [Theory]
    [InlineData("556000+0001")]
    [InlineData("19556000-0001")]
    [InlineData("556000-000")]
    [InlineData("901301-1239")]
    public void What_is_no_organisation_number_is_refused(string written) =>
        Refused(() => SubjectIdentifier.OfSwedishOrganisationNumber(WithCheckDigit(written), Today), written);

    [Fact]
    public void A_wrong_check_digit_of_an_organisation_is_refused()
    {
        var right = WithCheckDigit("556000-0001");
        var wrong = right[..^1] + (char)('0' + ((right[^1] - '0' + 1) % 10));

        Refused(() => SubjectIdentifier.OfSwedishOrganisationNumber(wrong, Today), "556000");
    }

    [Fact]
    public void A_hosts_id_is_taken_as_it_is()
    {
        SubjectIdentifier.OfHost(" A ").NormalForm.ShouldBe(" A ");
        Refused(() => SubjectIdentifier.OfHost(""), "");
    }

    [Fact]
    public void The_same_person_has_the_same_digests_however_written()
    {
        var one = SubjectIdentifier.OfEmail("Åsa.Berg@EXEMPEL.se ").Hash("example", Keys);
        var other = SubjectIdentifier.OfEmail("åsa.berg@exempel.se").Hash("example", Keys);

        other.Digests.ShouldBe(one.Digests);
        one.Kind.ShouldBe(IdentifierKind.Email);
    }

    [Fact]
    public void There_is_a_digest_under_every_key_the_current_one_first() =>
        SubjectIdentifier.OfHost("1").Hash("example", Keys).Digests.Select(digest => digest.KeyId).ShouldBe(["new", "old"]);

    [Fact]
    public void Controllers_kinds_keys_and_texts_make_different_digests()
    {
        var number = WithCheckDigit("5560000001");
        var digests = new[] { SubjectIdentifier.OfHost(number), SubjectIdentifier.OfHost("2"), SubjectIdentifier.OfSwedishOrganisationNumber(number, Today) }
            .SelectMany(identifier => new[] { "example", "other", "" }.SelectMany(controller => identifier.Hash(controller, Keys).Digests)).ToList();

        digests.Select(digest => digest.Digest).Distinct().Count().ShouldBe(digests.Count);
    }

    [Fact]
    public void An_identifier_shows_nothing_of_itself() =>
        SubjectIdentifier.OfEmail("åsa.berg@exempel.se").ToString().ShouldBe("SubjectIdentifier (Email)");

    private static void Refused(Func<SubjectIdentifier> read, string written)
    {
        var refused = Should.Throw<IdentifierFormException>(() => read());

        refused.Code.ShouldBe("E-SUB-02");
        refused.InnerException.ShouldBeNull();
        if (written.Trim().Length > 2)
        {
            refused.Message.ShouldNotContain(written.Trim());
        }
    }

    /// <summary>The text with the right check digit at its end, so that what is tested is something else.</summary>
    private static string WithCheckDigit(string written)
    {
        var digits = written.Where(char.IsAsciiDigit).TakeLast(10).Select(c => c - '0').ToArray();
        if (digits.Length < 10 || !char.IsAsciiDigit(written.TrimEnd()[^1]))
        {
            return written;
        }

        var sum = digits[..9].Select((digit, i) => digit * (i % 2 == 0 ? 2 : 1)).Sum(weighted => (weighted / 10) + (weighted % 10));
        var trimmed = written.TrimEnd();
        return $"{trimmed[..^1]}{(10 - (sum % 10)) % 10}{written[trimmed.Length..]}";
    }

    private static byte[] Key(byte seed) => [.. Enumerable.Repeat(seed, InMemoryKeyRing.LeastKeySize)];
}
