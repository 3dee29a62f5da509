using System.Security.Cryptography;
using System.Text;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Core.Tests.Sources;

/// <summary>The source in memory keeps what every source promises.</summary>
public sealed class InMemorySourceTests
{
    private static readonly IKeyRing Keys = InMemoryKeyRing.WithRandomKey();

    private readonly ShopData _data = new ShopData().Fill(2);
    private readonly RetentionEvaluator _evaluator = RetentionSchedule.Compile(Shop.Policy()).At(Shop.Now);

    [Fact]
    public async Task A_batch_names_each_record_with_what_was_done_by_which_rule_and_why()
    {
        var batch = await _data.Crm.DisposeAsync(Batch(1), CancellationToken.None);

        batch.NativeKeys.ShouldBe(["gone-1", "half-1", "gone-2", "half-2"]);
        batch.Rows[0].ShouldBe(new EvidenceRow(RecordNames.Of(Keys, "crm.customers").Of("gone-1"), DisposalKind.Erased, batch.Rows[0].Fields, "books", "all-ended"));
        batch.Rows[1].Action.ShouldBe(DisposalKind.FieldsErased);
        batch.Rows[1].Fields.ShouldBe(["email"]);
        batch.Rows[1].Rule.ShouldBe("service");
        (await _data.Crm.CountUndisposedAsync(batch, CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_takes_no_more_than_its_limit_and_a_number_only_once()
    {
        (await _data.Crm.DisposeAsync(Batch(1, limit: 1), CancellationToken.None)).Rows.Count.ShouldBe(1);

        await Should.ThrowAsync<SourceUnavailableException>(async () => await _data.Crm.DisposeAsync(Batch(1), CancellationToken.None));
        (await _data.Crm.DisposeAsync(Batch(2), CancellationToken.None)).Rows.Count.ShouldBe(3);
        (await _data.Crm.DisposeAsync(Batch(3), CancellationToken.None)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_evidence_that_is_read_back_has_the_same_root_and_no_keys()
    {
        var batch = await _data.Crm.DisposeAsync(Batch(1), CancellationToken.None);

        await foreach (var read in _data.Crm.ReadEvidenceAsync("plan", 0, CancellationToken.None))
        {
            read.Root.ShouldBe(batch.Root);
            read.NativeKeys.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Facts_that_are_behind_change_nothing()
    {
        var before = _data.Dump();

        (await Should.ThrowAsync<FactsBehindException>(async () => await _data.Crm.DisposeAsync(Batch(1, facts: 5), CancellationToken.None))).Demanded.ShouldBe(5);

        _data.Dump().ShouldBe(before);
        await _data.Crm.ChangeFactsAsync([], 5, CancellationToken.None);
        (await _data.Crm.DisposeAsync(Batch(1, facts: 5), CancellationToken.None)).Rows.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_record_that_cannot_be_disposed_of_fails_the_whole_batch_and_changes_nothing()
    {
        var source = new InMemorySource("web");
        var visits = source.Add<Customer>("crm.customers", customer => customer.Id, set => set
            .Trigger("ended", customer => TriggerValue.On(customer.Ended!.Value))
            .Field("name", customer => customer)
            .Field("email", customer => customer.Id == "2" ? throw new InvalidOperationException("broken") : customer with { Email = null }));
        visits.Put(new Customer("1", "a", "b", new LocalDate(2026, 3, 31)));
        visits.Put(new Customer("2", "a", "b", new LocalDate(2026, 3, 31)));

        await Should.ThrowAsync<InvalidOperationException>(async () => await source.DisposeAsync(Batch(1), CancellationToken.None));

        visits.ToList().ShouldAllBe(visit => visit.Email == "b");
    }

    [Fact]
    public async Task An_unknown_hold_makes_undetermined_and_is_named_as_what_is_missing()
    {
        var change = new FactChange("h", "crm.customers", new FactTarget.Subjects(["gone-1"]), RecordFact.Of(RecordFlags.Hold, isUnknown: true));
        await _data.Crm.ChangeFactsAsync([change], 1, CancellationToken.None);

        var survey = await _data.Crm.SurveyAsync(_evaluator, "crm.customers", 5, CancellationToken.None);
        var line = survey.Lines.Single(line => line.Missing.Contains("hold"));
        (line.Fate, line.Records, line.Due).ShouldBe((Fate.Undetermined, 1, 0));
        line.Examples.ShouldHaveSingleItem().NativeKey.ShouldBe("gone-1");

        await _data.Crm.ChangeFactsAsync([change with { Fact = null }], 2, CancellationToken.None);
        (await _data.Crm.SurveyAsync(_evaluator, "crm.customers", 5, CancellationToken.None)).Lines.ShouldNotContain(left => left.Missing.Contains("hold"));
    }

    [Fact]
    public async Task Facts_on_records_one_of_which_is_gone_are_not_put_on_any()
    {
        var gone = await _data.Crm.ChangeFactsAsync(
            [new FactChange("h", "crm.customers", new FactTarget.Records(["gone-1", "nobody"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);

        gone.ShouldBe(["nobody"]);
        (await _data.Crm.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0);
        (await _data.Crm.DisposeAsync(Batch(1), CancellationToken.None)).NativeKeys.ShouldContain("gone-1");
    }

    [Fact]
    public void Names_of_records_tell_data_sets_and_keys_apart()
    {
        RecordNames.Of(Keys, "a.b").Of("c").ShouldBe(RecordNames.Of(Keys, "a.b").Of("c"));
        new[] { (Keys, "a.b", "c"), (Keys, "a.bc", ""), (Keys, "a", ".bc"), (InMemoryKeyRing.WithRandomKey(), "a.b", "c") }
            .Select(name => RecordNames.Of(name.Item1, name.Item2).Of(name.Item3)).Distinct().Count().ShouldBe(4);
    }

    [Theory]
    [InlineData("")]
    [InlineData("17")]
    [InlineData("[\"å\",\"\uD83D\uDE00\"]")]
    [InlineData(600)]
    public void A_name_is_the_code_of_the_key_under_the_data_sets_own_key(object key)
    {
        var native = key as string ?? new string('ö', (int)key);
        var own = Keys.Authenticate(Keys.CurrentKeyId, "gdpr-record-2crm.customers"u8).ToArray();
        var names = RecordNames.Of(Keys, "crm.customers");
        names.KeyId.ShouldBe(Keys.CurrentKeyId);
        names.Key.ToArray().ShouldBe(own);
        names.Of(native).ShouldBe(new KeyedDigest(Keys.CurrentKeyId, new Digest(HMACSHA256.HashData(own, Encoding.UTF8.GetBytes(native)))));
    }

    [Fact]
    public void Names_under_an_older_key_of_the_ring_are_found_by_its_id()
    {
        byte[] older = [.. Enumerable.Repeat((byte)1, 32)], newer = [.. Enumerable.Repeat((byte)2, 32)];
        var before = new InMemoryKeyRing("older", new Dictionary<string, ReadOnlyMemory<byte>> { ["older"] = older });
        var after = new InMemoryKeyRing("newer", new Dictionary<string, ReadOnlyMemory<byte>> { ["older"] = older, ["newer"] = newer });
        RecordNames.Of(after, "older", "crm.customers").Of("17").ShouldBe(RecordNames.Of(before, "crm.customers").Of("17"));
        RecordNames.Of(after, "crm.customers").Of("17").ShouldNotBe(RecordNames.Of(before, "crm.customers").Of("17"));
        Should.Throw<KeyMissingException>(() => RecordNames.Of(before, "newer", "crm.customers"));
    }

    private DisposalBatch Batch(int number, int limit = 100, long facts = 0) => new("plan", number, _evaluator, "crm.customers", limit, facts, Keys);
}
