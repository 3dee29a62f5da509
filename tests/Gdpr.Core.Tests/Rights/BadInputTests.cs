using System.Text.Json;
using Gdpr.Breaches;
using Gdpr.Consents;
using Gdpr.Controls;
using Gdpr.Disclosures;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Bad input yields a typed error that says what, where and how to mend it, before anything is written; contradicting commands leave one truth.</summary>
public sealed class BadInputTests
{
    private const string Officer = RightsWorld.Officer;
    private const string Unknown = "marker.person@example.com";

    /// <summary>A text that no service takes in: too long, or with a sign that no text may have.</summary>
    private static readonly (string Text, string Code)[] Hostile =
    [
        (new string('x', 2_000_000), "E-TEXT-01"), ("Marker\0", "E-TEXT-02"), ("Marker\u001b[2J", "E-TEXT-02"), ("Marker\u0085", "E-TEXT-02"), ("Marker\ud800", "E-TEXT-02"),
        ("\udc00Marker", "E-TEXT-02"), ("Marker\u202etxt.exe", "E-TEXT-02"), ("Marker\u2066", "E-TEXT-02"),
    ];

    private static readonly Dictionary<string, Func<Case, string, Task>> Texts = new(StringComparer.Ordinal)
    {
        ["a request's words"] = (at, text) => at.World.ReceiveAsync(DataSubjectRight.Access, at.Subject, intake => intake with { Words = text }),
        ["a request's words with addresses to suppress"] = (at, text) => at.World.ReceiveAsync(
            DataSubjectRight.Objection, at.Subject, intake => intake with { IsMarketing = true, Addresses = [SubjectIdentifier.OfEmail("a@b.example")], Words = text }),
        ["where the answer goes"] = (at, text) => at.World.ReceiveAsync(DataSubjectRight.Access, at.Subject, intake => intake with { ReplyTo = text }),
        ["the grounds of a refusal"] = (at, text) => at.World.Requests.RefuseAsync(at.Rectification, RightsReasons.Excessive, Officer, text),
        ["the grounds of a fee"] = (at, text) => at.World.Requests.AskFeeAsync(at.Rectification, 1m, "SEK", text, Officer),
        ["the words of a complaint"] = (at, text) => at.World.Requests.ComplainAsync(at.Rectification, Officer, text),
        ["a factor of a decision"] = (at, text) => at.World.Get<AutomatedDecisions>().RecordAsync(
            new AutomatedDecision(at.Subject, "credit", "c-1", "refused", "m-1", "scoring", new DecisionFactor(text, "against"))),
        ["how a factor weighed"] = (at, text) => at.World.Get<AutomatedDecisions>().RecordAsync(
            new AutomatedDecision(at.Subject, "credit", "c-1", "refused", "m-1", "scoring", new DecisionFactor("income", text))),
        ["a correct value"] = (at, text) => at.World.Requests.RectifyAsync(
            at.Rectification, [new Correction("crm.customers", "c1", "name", Json(text))]),
        ["the version of a text"] = (at, text) => at.Consents.GiveAsync(Grant(at) with { Shown = new ShownText("consent", text, "en") }),
        ["the language of a text"] = (at, text) => at.Consents.GiveAsync(Grant(at) with { Shown = new ShownText("consent", "1", text) }),
        ["the evidence of a consent"] = (at, text) => at.Consents.GiveAsync(Grant(at) with { Evidence = text }),
        ["what was acted on"] = (at, text) => at.Consents.GiveAsync(Grant(at) with { Act = Grant(at).Act with { Control = text } }),
        ["how a guardian was verified"] = (at, text) => at.Consents.GiveAsync(Grant(at) with { Guardian = new GuardianConsent(text) }),
        ["the version refused"] = (at, text) => at.Consents.RefuseAsync(at.Subject, "direct-marketing", new ConsentRefusal { Shown = new ShownText("consent", text, "en") }),
        ["the facts of a breach"] = (at, text) => at.Breaches.RecordAsync(new BreachReport(text, Officer, BreachKind.Confidentiality)),
        ["the effects of a breach"] = (at, text) => at.Breaches.RecordAsync(new BreachReport("x", Officer, BreachKind.Confidentiality) { Effects = text }),
        ["the measures against a breach"] = (at, text) => at.Breaches.DescribeAsync(at.Breach, new BreachText { Measures = text }, Officer),
        ["the reasons of a risk"] = (at, text) => at.Breaches.AssessAsync(at.Breach, BreachRisk.Unlikely, text, Officer),
        ["what the authority is told"] = (at, text) => at.Breaches.RecordNotificationAsync(
            at.Breach, new AuthorityNotification(new NoticeContent { Nature = text }, Officer)),
        ["what people are told"] = (at, text) => at.Breaches.DecideCommunicationAsync(
            at.Breach, new CommunicationDecision(Officer, "x") { Message = new PeopleMessage("x", "x", text, "x") }),
        ["the matter of a hold"] = (at, text) => at.World.Get<LegalHolds>().PlaceAsync(Hold with { Matter = text }),
        ["the reason of a hold"] = (at, text) => at.World.Get<LegalHolds>().PlaceAsync(Hold with { Reason = text }),
        ["the reason of the kill switch"] = (at, text) => at.World.Get<KillSwitchControl>().TurnOnAsync(text, Officer),
        ["an authority's reference"] = (at, text) => at.World.Get<DisclosureService>().DiscloseAsync(
            new DisclosureRequest("police", "x", "crm.customers.name") { Authority = new AuthorityDecision("SFS 1942:740", text) }, at.Subject),
        ["a recipient"] = (at, text) => at.World.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest(text, "x", "crm.customers.name"), at.Subject),
        ["why people need not be told"] = (at, text) => at.World.Get<CollectionRegister>().ExemptAsync(NoticeExemption.Disproportionate, text, Officer, [at.Subject]),
        ["where data comes from"] = (at, text) => at.World.Get<CollectionRegister>().CollectAsync(new Collection("crm.customers", text), [at.Subject]),
        ["a recipient's name of the person"] = (at, text) => at.World.Get<RecipientNotifications>().NotifyAsync(
            at.Subject, new RecipientNotice(RecipientNoticeKind.Erased, "a-1") { Identities = [new PersonIdentity("email", text)] }),
        ["why a recipient is not told"] = (at, text) => at.World.Get<RecipientNotifications>().GiveUpAsync("n-1", text, Officer),
        ["why a sub-processor is refused"] = (at, text) => at.World.Get<SubProcessorChanges>().ObjectAsync("s-1", text, Officer),
        ["a client's name"] = (at, text) => at.World.Get<ProcessorClients>().RegisterAsync(new ClientRegistration("a", text, "b", new LocalDate(2026, 1, 1))),
        ["where a client is reached"] = (at, text) => at.World.Get<ProcessorClients>().RegisterAsync(
            new ClientRegistration("a", "b", "c", new LocalDate(2026, 1, 1)) { Contact = text }),
        ["the version of a notice"] = (at, text) => at.World.Get<CollectionRegister>().RecordNoticeAsync(
            new NoticeGiven("consent", "mail") { Version = text }, [at.Subject]),
        ["a factor of Art. 6(4)"] = (at, text) => at.World.Get<PurposeCompatibility>().ProposeAsync(
            new CompatibilityProposal("service-provision", "customer-support") { Link = text, Context = "x", Nature = "x", Consequences = "x", Safeguards = "x" }),
    };

    /// <summary>Ids as sources have them: taken as they are.</summary>
    private static readonly Dictionary<string, Func<Case, string, Task>> NativeIds = new(StringComparer.Ordinal)
    {
        ["a record to correct"] = (at, text) => at.World.Requests.RectifyAsync(
            at.Rectification, [new Correction("crm.customers", text, "name", JsonSerializer.SerializeToElement("x"))]),
        ["the people held"] = (at, text) => at.World.Get<LegalHolds>().PlaceAsync(Hold with { Scope = new HoldScope { Subjects = new HashSet<string> { text } } }),
        ["an account"] = (at, text) => at.World.Get<AccessAdministration>().RecordAsync(new AccessChange(AccessChangeKind.AccountAdded, text)),
        ["an id in a source"] = (at, text) => at.World.Directory.RegisterAsync(
            new SubjectRegistration(SubjectIdentifier.OfHost("c9")) { NativeIds = new Dictionary<string, IReadOnlyList<string>> { ["crm.customers"] = [text] } }),
    };

    /// <summary>Ids that nobody has given: an address that somebody took for one, and a long one.</summary>
    private static readonly Dictionary<string, Func<Case, string, Task>> Ids = new(StringComparer.Ordinal)
    {
        ["assess"] = (at, id) => at.World.Requests.AssessAsync(id),
        ["decide"] = (at, id) => at.World.Requests.DecideAsync(id, Officer),
        ["refuse"] = (at, id) => at.World.Requests.RefuseAsync(id, "no", Officer),
        ["extend"] = (at, id) => at.World.Requests.ExtendAsync(id, ExtensionReason.Complexity, Officer),
        ["close"] = (at, id) => at.World.Requests.CloseAsync(id, Officer),
        ["complain"] = (at, id) => at.World.Requests.ComplainAsync(id, Officer),
        ["answer a complaint"] = (at, id) => at.World.Requests.AnswerComplaintAsync(at.Rectification, id, true, Officer),
        ["compose access"] = (at, id) => at.World.Requests.ComposeAccessAsync(id),
        ["read words"] = (at, id) => at.World.Requests.ReadWordsAsync(id),
        ["complete a task"] = (at, id) => at.World.Tasks.CompleteAsync(id, "done", Officer),
        ["establish a breach"] = (at, id) => at.Breaches.EstablishAsync(id, at.World.Now, Officer),
        ["add people to a breach"] = (at, id) => at.Breaches.AddAffectedAsync(id, [at.Subject], Officer),
        ["a breach of a controller"] = (at, id) => at.Breaches.RecordAsync(new BreachReport("x", Officer, BreachKind.Integrity) { Controller = id }),
        ["a breach of a system"] = (at, id) => at.Breaches.RecordAsync(new BreachReport("x", Officer, BreachKind.Integrity) { Systems = [id], ToldBy = id, DataSets = [id] }),
        ["release a hold"] = (at, id) => at.World.Get<LegalHolds>().ReleaseAsync(id, Officer),
        ["hold a data set"] = (at, id) => at.World.Get<LegalHolds>().PlaceAsync(Hold with { Scope = new HoldScope { DataSets = new HashSet<string> { id } } }),
        ["consent to a purpose"] = (at, id) => at.Consents.GiveAsync(Grant(at) with { Purpose = id }),
        ["withdraw a purpose"] = (at, id) => at.Consents.WithdrawAsync(at.Subject, id),
        ["acknowledge a notification"] = (at, id) => at.World.Get<RecipientNotifications>().AcknowledgeAsync(id),
        ["accept a sub-processor"] = (at, id) => at.World.Get<SubProcessorChanges>().AcceptAsync(id, Officer),
        ["announce a sub-processor"] = (at, id) => at.World.Get<SubProcessorChanges>().AnnounceAsync(new SubProcessorNotice(id, id)),
        ["give a notice"] = (at, id) => at.World.Get<CollectionRegister>().RecordNoticeAsync(new NoticeGiven(id, "mail"), [at.Subject]),
        ["end a client"] = (at, id) => at.World.Get<ProcessorClients>().EndAsync(id, new LocalDate(2026, 12, 31)),
        ["instruct for a client"] = (at, id) => at.World.Get<ProcessorClients>().InstructAsync(
            "a", new ClientInstruction("1", new LocalDate(2026, 1, 1)) { Activities = [id] }),
        ["register with a controller"] = (at, id) => at.World.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("x")) { Controller = id }),
        ["evidence of a control"] = (at, id) => at.World.Get<ControlEvidence>().RecordAsync(new Evidence(EvidenceTarget.Control(id), EvidenceOutcome.Passed, Officer)),
        ["a scope of a request"] = (at, id) => at.World.ReceiveAsync(
            DataSubjectRight.Access, at.Subject, intake => intake with { Scope = new RequestScope { DataSets = [id] } }),
    };

    public static TheoryData<string> TextCases => [.. Texts.Keys];

    public static TheoryData<string> NativeIdCases => [.. NativeIds.Keys];

    public static TheoryData<string> IdCases => [.. Ids.Keys];

    [Theory]
    [MemberData(nameof(TextCases))]
    public async Task A_text_that_is_too_long_or_hostile_is_refused_before_anything_is_written(string name)
    {
        await using var at = await Case.OpenAsync();
        foreach (var (text, code) in Hostile)
        {
            var before = await at.WrittenAsync();

            var refused = await Should.ThrowAsync<InvalidTextException>(() => Texts[name](at, text), $"{name}: {code}");

            refused.Code.ShouldBe(code);
            refused.Where.ShouldNotBeNullOrWhiteSpace();
            refused.Message.ShouldContain(refused.Where);
            refused.Message.ShouldNotContain("Marker");
            refused.Message.Length.ShouldBeLessThan(500);
            (await at.WrittenAsync()).ShouldBe(before, $"{name}: something was written of what was refused");
        }
    }

    [Theory]
    [MemberData(nameof(IdCases))]
    public async Task An_id_that_nobody_gave_is_a_typed_error_that_repeats_nothing_of_it(string name)
    {
        await using var at = await Case.OpenAsync();
        foreach (var id in new[] { Unknown, new string('m', 100_000), "marker\u202e" })
        {
            var before = await at.WrittenAsync();

            var refused = await Should.ThrowAsync<GdprException>(() => Ids[name](at, id), name);

            refused.Code.ShouldMatch("^E-[A-Z]+-[0-9]{2}$");
            refused.Message.ShouldNotContain("marker", Case.Insensitive);
            refused.Message.Length.ShouldBeLessThan(2_000);
            (await at.WrittenAsync()).ShouldBe(before, $"{name}: something was written of what was refused");
        }
    }

    [Theory]
    [MemberData(nameof(NativeIdCases))]
    public async Task An_id_of_a_source_is_taken_as_it_is_unless_it_is_too_long_or_no_text(string name)
    {
        await using var at = await Case.OpenAsync();
        foreach (var (text, code) in Hostile.Where(one => one.Code == "E-TEXT-01" || one.Text.Any(char.IsSurrogate)))
        {
            var before = await at.WrittenAsync();
            (await Should.ThrowAsync<InvalidTextException>(() => NativeIds[name](at, text))).Code.ShouldBe(code);
            (await at.WrittenAsync()).ShouldBe(before);
        }

        await NativeIds[name](at, "legacy\tid\0\u202e");
    }

    [Fact]
    public async Task What_the_gate_is_asked_in_hostile_words_is_denied_or_refused_and_not_repeated()
    {
        await using var at = await Case.OpenAsync();
        var gate = at.World.Get<IProcessingGate>();
        foreach (var (text, _) in Hostile)
        {
            foreach (var request in new[]
                     {
                         new ProcessingRequest(at.Subject, text), new ProcessingRequest(at.Subject, "service-provision") { Data = [text] },
                         new ProcessingRequest(at.Subject, "service-provision") { Activity = text },
                         new ProcessingRequest(at.Subject, "service-provision") { Actor = ProcessingActor.Person(text, "a") },
                     })
            {
                (await gate.DecideAsync(request)).IsAllowed.ShouldBeFalse();
            }
        }

        (await at.World.Stores.EntriesAsync()).ShouldAllBe(entry => entry.Content.Data.Length < 10_000 && !entry.Content.Data.Contains("Marker", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_people_write_is_taken_in_as_it_is_in_any_language_and_layout()
    {
        await using var at = await Case.OpenAsync();
        const string Words = "Hej!\r\n\tSkicka allt om mig. 👩‍👩‍👧 שלום مرحبا café\u0301";

        var request = await at.World.ReceiveAsync(DataSubjectRight.Access, at.Subject, intake => intake with { Words = Words, ReplyTo = "Åsa <asa@exempel.se>" });

        (await at.World.Requests.ReadWordsAsync(request.Id))!.Value.Words.ShouldBe(Words);
        TextOptions.Clean(Words).ShouldBeSameAs(Words);
        TextOptions.Clean("a\0b\ud83d\ude00c\ud800\u202ed\r\n").ShouldBe("ab\ud83d\ude00cd\r\n");
    }

    [Fact]
    public async Task The_limits_are_the_hosts_to_set_and_have_limits_of_their_own()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), services: services => services.Configure<TextOptions>(limits => limits.LongestText = 2_000));
        var subject = await world.PersonAsync();

        await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Words = new string('x', 2_000) });
        (await Should.ThrowAsync<InvalidTextException>(() => world.ReceiveAsync(
            DataSubjectRight.Portability, subject, intake => intake with { Words = new string('x', 2_001) }))).Message.ShouldContain("at most 2000");

        foreach (var wrong in new Action<TextOptions>[] { limits => limits.LongestText = 999, limits => limits.LongestLine = 0, limits => limits.LongestText = int.MaxValue })
        {
            await using var broken = RightsWorld.Open(Morning, services: services => services.Configure(wrong));
            Should.Throw<Microsoft.Extensions.Options.OptionsValidationException>(() => broken.Get<DataSubjectRequests>());
        }
    }

    [Fact]
    public void Two_ids_that_are_no_text_never_become_the_same_person()
    {
        // Whatever is no text would be hashed as one and the same sign.
        foreach (var id in new[] { "a\ud800", "a\ud801", "a\udc00", "\udc00\ud800", new string('x', 1_001) })
        {
            Should.Throw<IdentifierFormException>(() => SubjectIdentifier.OfHost(id)).Code.ShouldBe("E-SUB-02");
        }

        SubjectIdentifier.OfHost("\ud83d\ude00").ShouldNotBeNull("a pair is a sign");
        foreach (var address in new[] { "a\u202eb@c.example", "a\ud800@c.example", "a\0@c.example" })
        {
            Should.Throw<IdentifierFormException>(() => SubjectIdentifier.OfEmail(address)).Code.ShouldBe("E-SUB-02");
        }
    }

    [Fact]
    public async Task A_consent_given_and_withdrawn_at_once_is_withdrawn_whichever_comes_first()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var at = await Case.OpenAsync();
            await at.Consents.GiveAsync(Grant(at));
            at.World.Clock.Advance(Duration.FromHours(1));

            await Task.WhenAll(
                Task.Run(() => at.Consents.GiveAsync(Grant(at))), Task.Run(() => at.Consents.WithdrawAsync(at.Subject, "direct-marketing")),
                Task.Run(() => at.Consents.GiveAsync(Grant(at))), Task.Run(() => at.Consents.RefuseAsync(at.Subject, "direct-marketing")));

            (await at.World.StateAsync(at.Subject)).ConsentTo("direct-marketing")!.Phase.ShouldBeOneOf(ConsentPhase.Withdrawn, ConsentPhase.Refused);
        }
    }

    [Fact]
    public async Task A_clock_that_goes_back_lets_no_consent_outlive_its_withdrawal_and_breaks_no_journal()
    {
        await using var at = await Case.OpenAsync();
        await at.Consents.GiveAsync(Grant(at));
        var request = await at.World.ReceiveAsync(DataSubjectRight.Access, at.Subject);
        at.World.Clock.Set(at.World.Now - Duration.FromDays(3));

        await at.Consents.WithdrawAsync(at.Subject, "direct-marketing");

        (await at.World.StateAsync(at.Subject)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await Should.ThrowAsync<RequestException>(() => at.World.ReceiveAsync(
            DataSubjectRight.Erasure, at.Subject, intake => intake with { ReceivedAt = at.World.Now + Duration.FromDays(1) }))).Code.ShouldBe("E-DSR-01");
        (await Should.ThrowAsync<InvalidBreachException>(() => at.Breaches.EstablishAsync(at.Breach, at.World.Now + Duration.FromDays(1), Officer))).Code.ShouldBe("E-BREACH-02");
        at.World.Requests.ClockOf(request).Deadline.ReceivedOn.ShouldBe(new LocalDate(2026, 2, 10), "the receipt governs, whatever the clock says now");
        await at.World.PumpAsync(approve: false);
        (await at.World.Get<JournalVerifier>().VerifyAsync(CancellationToken.None)).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_refusal_and_a_decision_at_once_one_stands_and_the_other_is_told()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var at = await Case.OpenAsync();
            var request = await at.World.ReceiveAsync(DataSubjectRight.Erasure, at.Subject, intake => intake with { Scope = new RequestScope { DataSets = ["crm.orders"] } });
            await at.World.Requests.AssessAsync(request.Id);
            at.World.Clock.Advance(Duration.FromMinutes(1));

            var outcomes = await Task.WhenAll(
                Task.Run(() => TriedAsync(() => at.World.Requests.RefuseAsync(request.Id, RightsReasons.ManifestlyUnfounded, Officer, "Asked for every day."))),
                Task.Run(() => TriedAsync(() => at.World.Requests.DecideAsync(request.Id, Officer))));

            var after = (await at.World.Requests.FindAsync(request.Id))!;
            (await at.World.Stores.EntriesAsync()).Count(entry => entry.Stream == $"request/{request.Id}" && entry.Content.Type == "request-decided").ShouldBe(1);
            if (after.Outcome == RequestOutcome.Refused && after.Reason is not null)
            {
                outcomes[0].ShouldBeNull();
            }
            else
            {
                outcomes.ShouldBe(["E-DSR-12", null], "who refused what was decided is told so");
            }
        }

        static async Task<string?> TriedAsync(Func<Task<DataSubjectRequest>> act)
        {
            try
            {
                await act();
                return null;
            }
            catch (RequestException refused)
            {
                return refused.Code;
            }
        }
    }

    private static readonly LocalDateTime Morning = new(2026, 2, 10, 10, 0);

    /// <summary>A text as a host may get it: escaped, so that half of a surrogate pair is in it too.</summary>
    private static JsonElement Json(string text) =>
        JsonDocument.Parse($"\"{string.Concat(text.Select(sign => char.IsAsciiLetterOrDigit(sign) ? sign.ToString() : $"\\u{(int)sign:x4}"))}\"").RootElement;

    private static HoldTerms Hold => new("case 1", "claims", Officer, new LocalDate(2026, 2, 1), new LocalDate(2026, 6, 1), new HoldScope { Subjects = new HashSet<string> { "c1" } });

    private static ConsentGrant Grant(Case at) =>
        new(at.Subject, "direct-marketing", new ShownText("consent", "1", "en"), new ConsentAct(ConsentActKind.TickedBox, "web"));

    /// <summary>A world in which something of everything has begun.</summary>
    private sealed class Case(RightsWorld world, DataSubject subject, string rectification, string breach) : IAsyncDisposable
    {
        public const Shouldly.Case Insensitive = Shouldly.Case.Insensitive;

        public RightsWorld World => world;

        public DataSubject Subject => subject;

        public string Rectification => rectification;

        public string Breach => breach;

        public ConsentService Consents => world.Get<ConsentService>();

        public BreachRegister Breaches => world.Get<BreachRegister>();

        public static async Task<Case> OpenAsync()
        {
            var world = RightsWorld.Open(Morning, new RightsData().Customer());
            var subject = await world.PersonAsync();
            var rectification = await world.ReceiveAsync(DataSubjectRight.Rectification, subject);
            var breach = await world.Get<BreachRegister>().RecordAsync(new BreachReport("Lost.", Officer, BreachKind.Confidentiality) { AwareAt = world.Now });
            return new Case(world, subject, rectification.Id, breach.Id);
        }

        /// <summary>How much the journal has, and what the kill switch says.</summary>
        public async Task<(int Entries, bool IsOn)> WrittenAsync() =>
            ((await world.Stores.EntriesAsync()).Count, (await world.Get<KillSwitchControl>().ReadAsync()).IsOn);

        public ValueTask DisposeAsync() => world.DisposeAsync();
    }
}
