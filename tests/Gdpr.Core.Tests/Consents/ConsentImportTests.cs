using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>Consents that were given before the library was there.</summary>
public sealed class ConsentImportTests
{
    private static readonly Instant Then = Shop.Now - Duration.FromDays(100);

    [Fact]
    public async Task A_consent_is_imported_with_its_time_source_and_evidence()
    {
        await using var shop = Open();
        var report = await ImportAsync(shop, Row() with { Line = 2 });
        report.Counts.ShouldBe(new ConsentImportProgress(1, 1, 0, 0));
        var subject = (await shop.Get<SubjectDirectory>().FindAsync(SubjectIdentifier.OfEmail("old@person.example")))!.Value;
        var consent = (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).ConsentTo(Newsletter)!;
        consent.OccurredAt.ShouldBe(Then);
        consent.RecordedAt.ShouldBe(Shop.Now);
        consent.ImportedFrom.ShouldBe("old-crm");
        consent.TextVersion.ShouldBeNull();
        consent.IsInForce(Shop.Now).ShouldBeTrue();
        consent.ValidUntil.ShouldNotBeNull();
        var record = (await shop.Consents().ReadRecordsAsync(subject)).ShouldHaveSingleItem();
        record.Processing.PrivacyNotice.ShouldBe("unknown");
        record.Processing.Purposes[0].CollectionMethod.ShouldBe("imported from old-crm: form 17");
        record.Events[0].EventType.ShouldBe("imported consent");
        (await shop.World.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("form 17", StringComparison.Ordinal));
        await shop.World.ShouldVerifyAsync();
    }

    [Fact]
    public async Task The_same_file_twice_changes_nothing()
    {
        await using var shop = Open();
        ImportedConsent[] rows = [.. Enumerable.Range(1, 2500).Select(i => Row($"p{i}@person.example") with { Line = i })];
        (await ImportAsync(shop, rows)).Counts.ShouldBe(new ConsentImportProgress(2500, 2500, 0, 0));
        var entries = (await shop.World.EntriesAsync()).Count;
        (await ImportAsync(shop, rows)).Counts.ShouldBe(new ConsentImportProgress(2500, 0, 2500, 0));
        (await shop.World.EntriesAsync()).Count.ShouldBe(entries);
        await shop.World.ShouldVerifyAsync();
    }

    [Fact]
    public async Task Several_lines_about_one_person_make_one_person_with_the_latest_answer()
    {
        await using var shop = Open();
        var report = await ImportAsync(
            shop,
            Row() with { Identifiers = [SubjectIdentifier.OfHost("kept-1"), SubjectIdentifier.OfEmail("old@person.example")] },
            Row() with { OccurredAt = Then + Duration.FromDays(1) },
            Row() with { OccurredAt = Then - Duration.FromDays(1) },
            Row() with { Identifiers = [SubjectIdentifier.OfHost("kept-1")], Purpose = Advice, Text = "advice-text", TextVersion = "1", IsExplicit = true });
        report.Counts.ShouldBe(new ConsentImportProgress(4, 3, 1, 0));
        var subject = (await shop.Get<SubjectDirectory>().FindAsync(SubjectIdentifier.OfHost("kept-1")))!.Value;
        var state = await shop.Get<SubjectDirectory>().ReadStateAsync(subject);
        state.ConsentTo(Newsletter)!.OccurredAt.ShouldBe(Then + Duration.FromDays(1));
        state.ConsentTo(Advice)!.IsExplicit.ShouldBeTrue();
        (await shop.Get<SubjectDirectory>().NativeIdsAsync(subject, "crm.customers")).ShouldBe(["kept-1"]);
    }

    [Fact]
    public async Task An_import_never_goes_over_a_later_refusal_or_withdrawal()
    {
        await using var shop = Open();
        var (withdrawn, refused, earlier) = (await shop.SubjectAsync("kept-1"), await shop.SubjectAsync("kept-2"), await shop.SubjectAsync("kept-3"));
        await shop.Consents().WithdrawAsync(withdrawn, Newsletter, new ConsentWithdrawal { OccurredAt = Then + Duration.FromDays(1) });
        await shop.Consents().RefuseAsync(refused, Newsletter, new ConsentRefusal { OccurredAt = Then });
        await shop.Consents().RefuseAsync(earlier, Newsletter, new ConsentRefusal { OccurredAt = Then - Duration.FromDays(1) });

        var report = await ImportAsync(shop, Host("kept-1") with { Line = 1 }, Host("kept-2") with { Line = 2 }, Host("kept-3") with { Line = 3 });

        report.Refused.ShouldBe([new RefusedConsent(1, ConsentImportReasons.LaterAnswer), new RefusedConsent(2, ConsentImportReasons.LaterAnswer)]);
        var directory = shop.Get<SubjectDirectory>();
        (await directory.ReadStateAsync(withdrawn)).ConsentTo(Newsletter)!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await directory.ReadStateAsync(refused)).ConsentTo(Newsletter)!.Phase.ShouldBe(ConsentPhase.Refused);
        (await directory.ReadStateAsync(earlier)).ConsentTo(Newsletter)!.Phase.ShouldBe(ConsentPhase.Given);
    }

    /// <summary>With the purpose went its fields: none of them comes back by a form that was filled in before.</summary>
    [Fact]
    public async Task A_consent_to_a_field_is_not_imported_over_a_later_withdrawal_of_the_purpose()
    {
        await using var shop = Open();
        var (withdrawn, earlier) = (await shop.SubjectAsync("kept-1"), await shop.SubjectAsync("kept-2"));
        await shop.Consents().WithdrawAsync(withdrawn, Newsletter, new ConsentWithdrawal { OccurredAt = Then + Duration.FromDays(1) });
        await shop.Consents().WithdrawAsync(earlier, Newsletter, new ConsentWithdrawal { OccurredAt = Then - Duration.FromDays(1) });

        var report = await ImportAsync(shop, Host("kept-1") with { Line = 1, Field = Email }, Host("kept-2") with { Line = 2, Field = Email });

        report.Refused.ShouldBe([new RefusedConsent(1, ConsentImportReasons.LaterAnswer)]);
        (await shop.Get<SubjectDirectory>().ReadStateAsync(withdrawn)).ConsentTo(Newsletter, Email).ShouldBeNull();
        (await shop.Get<SubjectDirectory>().ReadStateAsync(earlier)).ConsentTo(Newsletter, Email)!.Phase.ShouldBe(ConsentPhase.Given);
    }

    [Fact]
    public async Task Who_is_suppressed_or_has_objected_is_not_imported_and_not_made_known()
    {
        await using var shop = Open();
        await shop.SubjectAsync("kept-1");
        await shop.Get<Unsubscription>().UnsubscribeAsync(SubjectIdentifier.OfEmail("stranger@person.example"), new UnsubscribeOrder([Newsletter], "email", "mail"));
        await shop.Get<Unsubscription>().UnsubscribeAsync(SubjectIdentifier.OfEmail("kept-1@person.example"), new UnsubscribeOrder([Newsletter], "email", "mail"));
        var report = await ImportAsync(shop, Row("stranger@person.example") with { Line = 1 }, Host("kept-1") with { Line = 2 });
        report.Refused.ShouldBe([new RefusedConsent(1, SuppressionReasons.Suppressed), new RefusedConsent(2, SuppressionReasons.Objected)]);
        (await shop.Get<SubjectDirectory>().FindAsync(SubjectIdentifier.OfEmail("stranger@person.example"))).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_erased_does_not_come_back()
    {
        await using var shop = Open();
        var names = RecordNames.Of(shop.World.Keys, "crm.customers");
        await shop.World.Vault.AddTombstonesAsync("shop", [new Tombstone("crm.customers", names.Of("gone-1"), new LocalDate(2026, 12, 31))], CancellationToken.None);
        var report = await ImportAsync(shop, Host("gone-1") with { Line = 7 }, Host("kept-1") with { Line = 8 });
        report.Refused.ShouldBe([new RefusedConsent(7, ConsentImportReasons.Erased)]);
        (await shop.Get<SubjectDirectory>().FindAsync(SubjectIdentifier.OfHost("gone-1"))).ShouldBeNull();
    }

    [Fact]
    public async Task Whose_key_is_forgotten_and_not_severed_yet_is_refused_by_line_and_the_others_are_imported()
    {
        await using var shop = Open();
        var (gone, commands) = (await shop.SubjectAsync("kept-1"), shop.Get<SubjectCommands>());
        await commands.RecordAsync(gone, _ => [new PersonalEntry(commands.EntryOf(gone, SubjectEntries.Forgotten, "{}"))], null, CancellationToken.None);

        var report = await ImportAsync(shop, Host("kept-1") with { Line = 7 }, Host("kept-2") with { Line = 8 });

        report.Refused.ShouldBe([new RefusedConsent(7, ConsentImportReasons.Forgotten)]);
        report.Counts.Imported.ShouldBe(1);
    }

    public static TheoryData<string, ImportedConsent> Refused { get; } = new()
    {
        { ConsentImportReasons.UnknownConsent, Row() with { Purpose = "service-provision" } },
        { ConsentImportReasons.UnknownConsent, Row() with { Purpose = "nothing" } },
        { ConsentImportReasons.WithoutEvidence, Row() with { Evidence = " " } },
        { ConsentImportReasons.WithoutEvidence, Row() with { Source = "" } },
        { ConsentImportReasons.NotWellFormed, Row() with { Source = "the old system of Kalle" } },
        { ConsentImportReasons.NotWellFormed, Row() with { Identifiers = [] } },
        { ConsentImportReasons.InTheFuture, Row() with { OccurredAt = Shop.Now + Duration.FromDays(1) } },
        { ConsentReasons.OtherText, Row() with { Text = "terms" } },
        { ConsentReasons.ExplicitWithoutText, Row() with { IsExplicit = true } },
        { ConsentReasons.ExplicitWithoutText, Row() with { Purpose = Advice, IsExplicit = true, Text = "advice-text" } },
        { ConsentReasons.NotExplicit, Row() with { Purpose = Advice, Text = "advice-text", TextVersion = "1" } },
        { ConsentReasons.AlreadyOver, Row() with { OccurredAt = Shop.Now - Duration.FromDays(1000) } },
        { ConsentReasons.AgeUnknown, Row() with { Purpose = Club } },
        { ConsentReasons.GuardianNeeded, Row() with { Purpose = Club, Age = new AgeFacts { Country = "SE", BirthDate = new LocalDate(2015, 1, 1) } } },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task What_proves_no_consent_is_refused_with_the_reason_and_the_rest_goes_on(string reason, ImportedConsent row)
    {
        await using var shop = Open();
        var report = await ImportAsync(shop, row with { Line = 5 }, Row("other@person.example"));
        report.Refused.ShouldBe([new RefusedConsent(5, reason)]);
        report.Counts.Imported.ShouldBe(1);
    }

    [Fact]
    public async Task Identifiers_of_several_people_are_refused()
    {
        await using var shop = Open();
        await shop.SubjectAsync("kept-1");
        await shop.SubjectAsync("kept-2");
        var report = await ImportAsync(shop, Row() with { Line = 1, Identifiers = [SubjectIdentifier.OfHost("kept-1"), SubjectIdentifier.OfHost("kept-2")] });
        report.Refused.ShouldBe([new RefusedConsent(1, ConsentImportReasons.SeveralPeople)]);
    }

    [Fact]
    public async Task An_import_that_is_stopped_goes_on_where_it_was()
    {
        await using var shop = Open();
        ImportedConsent[] rows = [.. Enumerable.Range(1, 2500).Select(i => Row($"p{i}@person.example") with { Line = i })];
        using var stop = new CancellationTokenSource();
        var progress = new Reported(_ => stop.Cancel());
        await Should.ThrowAsync<OperationCanceledException>(() => shop.Get<ConsentImport>().ImportAsync(Async(rows), null, progress, stop.Token));
        progress.Last.Imported.ShouldBe(1000);
        (await ImportAsync(shop, rows)).Counts.ShouldBe(new ConsentImportProgress(2500, 1500, 1000, 0));
    }

    [Fact]
    public async Task Of_what_somebody_withdraws_meanwhile_the_withdrawal_counts()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync("kept-1");

        async IAsyncEnumerable<ImportedConsent> Rows()
        {
            yield return Host("kept-1");
            await shop.Consents().WithdrawAsync(subject, Newsletter);
        }

        await shop.Get<ConsentImport>().ImportAsync(Rows());
        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).ConsentTo(Newsletter)!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task An_imported_consent_keeps_the_data_as_any_other()
    {
        await using var shop = Open();
        await ImportAsync(shop, Host("kept-1"));
        await shop.ApproveAsync();
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.MaxValue);
        shop.Data.Customers.Find("kept-1")!.Email.ShouldNotBeNull();
        var subject = (await shop.Get<SubjectDirectory>().FindAsync(SubjectIdentifier.OfHost("kept-1")))!.Value;
        await shop.Consents().WithdrawAsync(subject, Newsletter);
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.MaxValue);
        shop.Data.Customers.Find("kept-1")!.Email.ShouldBeNull();
    }

    private static ImportedConsent Row(string email = "old@person.example") => new([SubjectIdentifier.OfEmail(email)], Newsletter, Then, "old-crm", "form 17");

    private static ImportedConsent Host(string id) => Row() with { Identifiers = [SubjectIdentifier.OfHost(id)] };

    private static Task<ConsentImportReport> ImportAsync(Shop shop, params ImportedConsent[] rows) => shop.Get<ConsentImport>().ImportAsync(Async(rows));

    private static async IAsyncEnumerable<ImportedConsent> Async(IEnumerable<ImportedConsent> rows)
    {
        await Task.CompletedTask;
        foreach (var row in rows)
        {
            yield return row;
        }
    }

    private sealed class Reported(Action<ConsentImportProgress> report) : IProgress<ConsentImportProgress>
    {
        public ConsentImportProgress Last { get; private set; }

        public void Report(ConsentImportProgress value)
        {
            Last = value;
            report(value);
        }
    }
}
