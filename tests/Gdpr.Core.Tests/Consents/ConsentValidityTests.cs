using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>What makes a consent no consent, each by itself.</summary>
public sealed class ConsentValidityTests
{
    public static TheoryData<string, ConsentGrant> Invalid { get; } = new()
    {
        { ConsentReasons.NoTextVersion, Grant() with { Shown = Shown with { Version = " " } } },
        { ConsentReasons.TextNotCurrent, Grant() with { Shown = Shown with { Version = "2025.1" } } },
        { ConsentReasons.OtherText, Grant() with { Shown = new ShownText("terms", "1", "sv") } },
        { ConsentReasons.OtherText, Grant() with { Shown = new ShownText("club-text", "1", "sv") } },
        { ConsentReasons.OtherText, Grant() with { Shown = new ShownText("nothing", "1", "sv") } },
        { ConsentReasons.UnknownLanguage, Grant() with { Shown = Shown with { Language = "fi" } } },
        { ConsentReasons.UnknownLanguage, Grant() with { Shown = Shown with { Language = "" } } },
        { ConsentReasons.NoActiveAct, Grant() with { Act = new ConsentAct(ConsentActKind.Unstated, "web") } },
        { ConsentReasons.NoActiveAct, Grant() with { Act = new ConsentAct(ConsentActKind.LeftBoxTicked, "web") } },
        { ConsentReasons.NoActiveAct, Grant() with { Act = new ConsentAct(ConsentActKind.KeptSilent, "web") } },
        { ConsentReasons.NoActiveAct, Grant() with { Act = new ConsentAct(ConsentActKind.WentOn, "web") } },
        { ConsentReasons.NoActiveAct, Grant() with { Act = new ConsentAct(ConsentActKind.AcceptedTerms, "web") } },
        { ConsentReasons.Bundled, Grant() with { Act = Act with { AlsoAnswered = [Advice] } } },
        { ConsentReasons.Conditional, Grant() with { Act = Act with { IsConditional = true } } },
        { ConsentReasons.NotExplicit, Grant() with { Purpose = Advice, Shown = new ShownText("advice-text", "1", "sv") } },
        { ConsentReasons.BackDated, Grant() with { OccurredAt = Shop.Now - Duration.FromHours(1) } },
        { ConsentReasons.AlreadyOver, Grant() with { ValidUntil = Shop.Now } },
        { ConsentReasons.AgeUnknown, Grant() with { Purpose = Club, Shown = new ShownText("club-text", "1", "sv") } },
        { ConsentReasons.GuardianNeeded, ClubGrant(new AgeFacts { Country = "SE", BirthDate = new LocalDate(2014, 1, 1) }) },
        { ConsentReasons.GuardianNotVerified, ClubGrant(new AgeFacts { Country = "SE", BirthDate = new LocalDate(2014, 1, 1) }) with { Guardian = new GuardianConsent("") } },
    };

    [Theory]
    [MemberData(nameof(Invalid), DisableDiscoveryEnumeration = true)]
    public async Task What_is_no_consent_is_refused_and_nothing_is_recorded(string reason, ConsentGrant grant)
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var refused = await Should.ThrowAsync<InvalidConsentException>(() => shop.Consents().GiveAsync(grant with { Subject = subject }));
        refused.Code.ShouldBe("E-CONS-10");
        refused.Problems.Select(problem => problem.Code).ShouldBe([reason]);
        (await shop.TypesAsync()).ShouldBe(["subject-known"]);
        shop.World.Vault.ShouldNotBeNull();
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var grant = new ConsentGrant(subject, Newsletter, new ShownText("newsletter-text", "", "fi"), new ConsentAct(ConsentActKind.LeftBoxTicked, "web") { AlsoAnswered = ["terms"] });
        var refused = await Should.ThrowAsync<InvalidConsentException>(() => shop.Consents().GiveAsync(grant));
        refused.Problems.Select(problem => problem.Code).ShouldBe(
            [ConsentReasons.NoTextVersion, ConsentReasons.UnknownLanguage, ConsentReasons.NoActiveAct, ConsentReasons.Bundled]);
    }

    [Theory]
    [InlineData("someone@person.example")]
    [InlineData("")]
    [InlineData("web channel")]
    public async Task A_channel_that_is_no_short_word_never_reaches_the_journal(string channel)
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var refused = await Should.ThrowAsync<ArgumentException>(() => shop.Consents().GiveAsync(Grant() with { Subject = subject, Act = Act with { Channel = channel } }));
        refused.Message.ShouldNotContain("someone");
        await Should.ThrowAsync<ArgumentException>(() => shop.Consents().WithdrawAsync(subject, Newsletter, new ConsentWithdrawal { Channel = channel }));
        (await shop.TypesAsync()).ShouldBe(["subject-known"]);
    }

    [Fact]
    public async Task A_huge_evidence_is_refused()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        (await Should.ThrowAsync<InvalidTextException>(
            () => shop.Consents().GiveAsync(Grant() with { Subject = subject, Evidence = new string('x', 20_000) }))).Code.ShouldBe("E-TEXT-01");
    }

    [Fact]
    public async Task Nobody_consents_for_themselves_as_a_child_and_the_proof_names_the_parent()
    {
        await using var shop = Open();
        var (child, parent) = (await shop.SubjectAsync(), await shop.SubjectAsync("parent"));
        var grant = ClubGrant(new AgeFacts { Country = "SE", BirthDate = new LocalDate(2014, 1, 1) }) with { Subject = child };

        foreach (var nobody in new[] { child, parent with { Controller = "another" } })
        {
            (await Should.ThrowAsync<InvalidConsentException>(() => shop.Consents().GiveAsync(grant with { Guardian = new GuardianConsent("BankID") { Holder = nobody } })))
                .Problems.Select(problem => problem.Code).ShouldContain(ConsentReasons.GuardianIsChild);
        }

        var given = await shop.Consents().GiveAsync(grant with { Guardian = new GuardianConsent("BankID") { Holder = parent } });

        given.State!.IsByGuardian.ShouldBeTrue();
        var proof = await shop.World.Vault.ReadPayloadAsync(child.Controller, Digest.Parse(given.State.Proof!), CancellationToken.None);
        System.Text.Encoding.UTF8.GetString(proof!.Content.Span).ShouldContain(parent.Key.ToString());
    }

    [Fact]
    public async Task Explicit_consent_is_recorded_as_such()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var given = await shop.Consents().GiveAsync(new ConsentGrant(subject, Advice, new ShownText("advice-text", "1", "en-GB"), Act) { IsExplicit = true });
        given.State!.IsExplicit.ShouldBeTrue();
        given.State.Language.ShouldBe("en-GB");
    }

    [Fact]
    public async Task A_question_shows_all_that_a_person_is_told_before_answering()
    {
        await using var shop = Open();
        var question = shop.Consents().Ask(Newsletter, "sv");
        question.Shown.ShouldBe(Shown);
        question.Text.ShouldBe("Ja, skicka mig nyheter.");
        question.Consequence.ShouldBe("Du får inga nyheter.");
        question.Withdrawal.ShouldContain("återkalla");
        question.ControllerName.ShouldBe("Shop AB");
        question.IsExplicit.ShouldBeFalse();
        shop.Consents().Ask(Advice, "en").IsExplicit.ShouldBeTrue();
        shop.Consents().Ask(Club, "en").NeedsAge.ShouldBeTrue();
    }

    [Fact]
    public async Task An_optional_field_is_consented_to_and_withdrawn_alone()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        var field = await shop.Consents().GiveAsync(Grant() with { Subject = subject, Field = Email });
        field.State!.Field.ShouldBe(Email);

        var withdrawn = await shop.Consents().WithdrawAsync(subject, Newsletter, new ConsentWithdrawal { Field = Email });

        withdrawn.State!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        var state = await shop.Get<SubjectDirectory>().ReadStateAsync(subject);
        state.ConsentTo(Newsletter)!.Phase.ShouldBe(ConsentPhase.Given);
        var task = (await shop.Get<HumanTasks>().ListOpenAsync()).ShouldHaveSingleItem();
        task.Kind.ShouldBe("erase-optional-field");
        task.About.ShouldBe(Email);
    }

    [Fact]
    public async Task With_the_purpose_go_the_fields_that_were_given_for_it()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        await shop.Consents().GiveAsync(Grant() with { Subject = subject, Field = Email });
        await shop.Consents().WithdrawAsync(subject, Newsletter);
        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).Consents.ShouldAllBe(consent => consent.Phase == ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task Refusing_a_purpose_ends_the_fields_that_were_given_for_it()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.Consents().GiveAsync(Grant() with { Subject = subject, Field = Email });
        await shop.Consents().RefuseAsync(subject, Newsletter);
        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).ConsentTo(Newsletter, Email)!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Theory]
    [InlineData("crm.customers.name")]
    [InlineData("crm.customers.unknown")]
    [InlineData("crm.customers")]
    [InlineData("no path")]
    public async Task A_field_that_is_not_optional_cannot_be_consented_to_alone(string field)
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await Should.ThrowAsync<UnknownConsentException>(() => shop.Consents().GiveAsync(Grant() with { Subject = subject, Field = field }));
    }

    [Fact]
    public async Task Who_was_erased_cannot_be_asked_under_the_old_key()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.Get<SubjectDirectory>().ForgetAsync(subject, await shop.Get<SubjectDirectory>().ReadStateAsync(subject), CancellationToken.None);
        (await Should.ThrowAsync<ForgottenSubjectException>(() => shop.GiveAsync(subject))).Code.ShouldBe("E-CONS-12");
        var anew = await shop.SubjectAsync();
        anew.ShouldNotBe(subject);
        (await shop.GiveAsync(anew)).State!.IsInForce(Shop.Now).ShouldBeTrue();
    }

    [Theory]
    [InlineData("text")]
    [InlineData("act")]
    [InlineData("purpose")]
    public async Task A_grant_that_lacks_a_part_is_refused(string missing)
    {
        await using var shop = Open();
        var grant = new ConsentGrant(
            await shop.SubjectAsync(), missing == "purpose" ? null! : Newsletter, missing == "text" ? null! : Shown, missing == "act" ? null! : Act);
        await Should.ThrowAsync<ArgumentException>(() => shop.Consents().GiveAsync(grant));
    }

    private static ConsentGrant Grant() => new(default, Newsletter, Shown, Act);

    private static ConsentGrant ClubGrant(AgeFacts age) => new(default, Club, new ShownText("club-text", "1", "sv"), Act) { Age = age };
}
