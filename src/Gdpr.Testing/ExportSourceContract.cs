using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Testing;

/// <summary>What every <see cref="IExportSource"/> does, over messages that concern several people; and, where it is one, every
/// <see cref="ICountingSource"/> and <see cref="IRectifySource"/>.</summary>
public sealed partial class ExportSourceContract : ContractSuite<ExportSourceHandle>
{
    /// <summary>The data set that the source has to hold, with a trigger <c>closed</c>, which it may leave missing, the fields of
    /// <see cref="ExportSourceRecord"/>, and the parties <c>sender</c>, <c>recipient</c> and <c>clerk</c>.</summary>
    public const string DataSet = "mail.messages";

    private const string Anna = "anna";
    private const string Bo = "bo";
    private const string Clerk = "clerk-7";

    /// <summary>Makes the suite.</summary>
    /// <param name="newHost">Makes a source without records somewhere; called once per case.</param>
    public ExportSourceContract(Func<ContractHost<ExportSourceHandle>> newHost)
        : base(newHost)
    {
        Add(It_says_that_it_finds_people_and_gives_out_their_records);
        Add(A_person_gets_every_record_of_theirs_and_nobody_elses);
        Add(An_owner_gets_the_record_without_what_is_other_peoples);
        Add(A_mentioned_person_gets_what_is_theirs_and_what_is_shared);
        Add(The_same_person_on_both_sides_gets_both);
        Add(A_person_known_by_several_ids_gets_each_record_once);
        Add(A_side_that_names_nobody_withholds_nothing);
        Add(An_id_is_compared_exactly);
        Add(Content_is_given_out_as_it_is);
        Add(A_person_without_records_gets_none);
        Add(A_restriction_is_told_to_its_person_and_to_nobody_else);
        Add(A_restriction_of_the_record_is_told_to_everybody);
        Add(It_counts_its_records_and_everybody_whom_they_concern_once);
        Add(It_counts_the_records_named_alone);
        Add(It_corrects_what_is_the_persons_and_nothing_else_of_the_record);
        Add(It_corrects_nothing_where_one_of_the_fields_is_somebody_elses);
        Add(It_corrects_no_record_that_is_not_the_persons);
        Add(A_record_that_lands_in_a_log_tells_nothing);
        Add(A_data_set_that_it_does_not_hold_is_an_error);
        Add(A_reading_that_is_cancelled_ends);
    }

    /// <summary>The rules of the policy.</summary>
    public static RetentionSchedule Schedule { get; } = RetentionSchedule.Compile(PolicyReader.Parse(
        """
        { "policy": "contract", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "mail": { "dataSets": { "messages": {
            "subject": "customer", "triggers": { "closed": { "whenNull": "unknown" } },
            "fields": { "body": "free-text", "topic": "free-text", "sender-name": "identity.name", "recipient-name": "identity.name", "clerk-note": "free-text" } } } } },
          "activities": { "service": {
            "purpose": "service-provision", "basis": { "contract": {} }, "data": ["mail.messages"], "retention": { "keep": "P3M", "after": "closed" } } } }
        """));

    private static async Task<(ExportSourceHandle Handle, IReadOnlyList<string> Keys)> OpenAsync(
        ContractHost<ExportSourceHandle> host, CancellationToken ct, params IReadOnlyList<ExportSourceRecord> records)
    {
        var handle = await host.OpenAsync(ct).ConfigureAwait(false);
        await handle.Source.PrepareAsync(Schedule, ct).ConfigureAwait(false);
        return (handle, await handle.AddAsync(records, ct).ConfigureAwait(false));
    }

    private static Task<List<ExportedRecord>> ExportAsync(ExportSourceHandle handle, CancellationToken ct, params IReadOnlyList<string> ids) =>
        Expect.ListAsync(handle.Source.ExportAsync(DataSet, ids, ct), ct);

    private static async Task<ExportedRecord> ExportOneAsync(ExportSourceHandle handle, CancellationToken ct, params IReadOnlyList<string> ids)
    {
        var found = await ExportAsync(handle, ct, ids).ConfigureAwait(false);
        Expect.Equal(1, found.Count, "The number of records");
        return found[0];
    }

    private static void ExpectFields(ExportedRecord record, params IReadOnlyList<string> fields) =>
        Expect.Sequence(fields.Order(StringComparer.Ordinal), record.Fields.Keys.Order(StringComparer.Ordinal), "The fields given out");

    private static void ExpectWithheld(ExportedRecord record, params IReadOnlyList<string> fields) => Expect.Sequence(
        fields.Order(StringComparer.Ordinal).Select(field => new ExportRedaction($"{DataSet}.{field}", ExportRedaction.OtherPerson, 1)),
        record.Redactions,
        "What is withheld");

    private static async Task It_says_that_it_finds_people_and_gives_out_their_records(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.That(handle.Source.Capabilities.HasFlag(SourceCapabilities.Find | SourceCapabilities.Export), "the source says that it finds and exports.");
        Expect.That(handle.Source.Exports(DataSet), "the source says that it exports the data set.");
    }

    private static async Task A_person_gets_every_record_of_theirs_and_nobody_elses(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenAsync(
            host, ct, new(1, Anna, Bo, null), new(2, Bo, "cleo", null), new(3, Bo, Anna, null), new(4, Bo, null, Anna), new(5, null, null, null)).ConfigureAwait(false);

        var found = await ExportAsync(handle, ct, Anna).ConfigureAwait(false);

        Expect.Sequence(
            new[] { keys[0], keys[2], keys[3] }.Order(StringComparer.Ordinal), found.Select(record => record.NativeKey!).Order(StringComparer.Ordinal), "The records");
        Expect.Sequence(
            ["clerk", "recipient", "sender"], found.SelectMany(record => record.Roles).Select(role => role.Role).Order(StringComparer.Ordinal), "The roles");
    }

    private static async Task An_owner_gets_the_record_without_what_is_other_peoples(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(host, ct, new ExportSourceRecord(1, Anna, Bo, Clerk)).ConfigureAwait(false);
        var record = await ExportOneAsync(handle, ct, Anna).ConfigureAwait(false);
        ExpectFields(record, "body", "topic", "sender-name");
        ExpectWithheld(record, "recipient-name", "clerk-note");
        Expect.Sequence([("sender", PartyKind.Owner)], record.Roles.Select(role => (role.Role, role.Kind)), "The person's roles");
    }

    private static async Task A_mentioned_person_gets_what_is_theirs_and_what_is_shared(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(host, ct, new ExportSourceRecord(1, Anna, Bo, Clerk)).ConfigureAwait(false);
        var record = await ExportOneAsync(handle, ct, Clerk).ConfigureAwait(false);
        ExpectFields(record, "clerk-note", "topic");
        ExpectWithheld(record, "body", "sender-name", "recipient-name");
        Expect.Sequence([("clerk", PartyKind.Mentioned)], record.Roles.Select(role => (role.Role, role.Kind)), "The person's roles");
    }

    private static async Task The_same_person_on_both_sides_gets_both(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(host, ct, new ExportSourceRecord(1, Anna, Anna, Clerk)).ConfigureAwait(false);
        var record = await ExportOneAsync(handle, ct, Anna).ConfigureAwait(false);
        ExpectFields(record, "body", "topic", "sender-name", "recipient-name");
        ExpectWithheld(record, "clerk-note");
        Expect.Sequence(["recipient", "sender"], record.Roles.Select(role => role.Role).Order(StringComparer.Ordinal), "The person's roles");
    }

    private static async Task A_person_known_by_several_ids_gets_each_record_once(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(host, ct, new ExportSourceRecord(1, Anna, "anna-before", Clerk)).ConfigureAwait(false);
        var record = await ExportOneAsync(handle, ct, "anna-before", Anna).ConfigureAwait(false);
        ExpectFields(record, "body", "topic", "sender-name", "recipient-name");
    }

    private static async Task A_side_that_names_nobody_withholds_nothing(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(host, ct, new ExportSourceRecord(1, Anna, null, null)).ConfigureAwait(false);
        ExpectWithheld(await ExportOneAsync(handle, ct, Anna).ConfigureAwait(false));
    }

    private static async Task An_id_is_compared_exactly(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(host, ct, new(1, Anna, Bo, null), new(2, "Anna", Bo, null), new(3, Anna + " ", null, null)).ConfigureAwait(false);
        Expect.Equal(1, (await ExportAsync(handle, ct, Anna).ConfigureAwait(false)).Count, "The number of records");
        Expect.Equal(0, (await ExportAsync(handle, ct, "ANNA").ConfigureAwait(false)).Count, "The number of records of another spelling");
    }

    private static async Task Content_is_given_out_as_it_is(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var message = new ExportSourceRecord(1, Anna, Bo, null);
        var (handle, _) = await OpenAsync(host, ct, message).ConfigureAwait(false);
        var record = await ExportOneAsync(handle, ct, Anna).ConfigureAwait(false);
        Expect.Equal(DataSet, record.DataSet, "The data set");
        Expect.Equal(message.Body, record.Fields["body"].GetString(), "The body");
        Expect.Equal(message.SenderName, record.Fields["sender-name"].GetString(), "The sender's name");
    }

    private static async Task It_counts_its_records_and_everybody_whom_they_concern_once(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(
            host, ct, new(1, Anna, Bo, Clerk), new(2, Bo, "Anna", null), new(3, null, null, Clerk), new(4, null, null, null), new(5, Anna, Anna, null)).ConfigureAwait(false);
        if (handle.Source is not ICountingSource source)
        {
            return;
        }

        Expect.Equal(new DataSetCount(5, 4, 1), await source.CountAsync(DataSet, null, ct).ConfigureAwait(false), "The count");
        Expect.Sequence(["Anna", Anna, Bo, Clerk], await PeopleAsync(source, null, ct).ConfigureAwait(false), "The people");
    }

    private static async Task It_counts_the_records_named_alone(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenAsync(host, ct, new(1, Anna, Bo, null), new(2, Bo, null, Clerk), new(3, null, null, null)).ConfigureAwait(false);
        if (handle.Source is not ICountingSource source)
        {
            return;
        }

        Expect.Equal(new DataSetCount(2, 2, 1), await source.CountAsync(DataSet, [keys[1], keys[2], "987654321"], ct).ConfigureAwait(false), "The count");
        Expect.Sequence([Bo, Clerk], await PeopleAsync(source, [keys[1], keys[2]], ct).ConfigureAwait(false), "The people");
        Expect.Equal(new DataSetCount(0, 0, 0), await source.CountAsync(DataSet, [], ct).ConfigureAwait(false), "The count of no record");
    }

    private static async Task<IEnumerable<string>> PeopleAsync(ICountingSource source, IReadOnlyCollection<string>? records, CancellationToken ct) =>
        (await Expect.ListAsync(source.ReadPeopleAsync(DataSet, records, ct), ct).ConfigureAwait(false)).Order(StringComparer.Ordinal);

    private static async Task A_person_without_records_gets_none(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(host, ct, new ExportSourceRecord(1, Anna, null, null)).ConfigureAwait(false);
        Expect.Equal(0, (await ExportAsync(handle, ct, Bo).ConfigureAwait(false)).Count, "The number of records of somebody else");
        Expect.Equal(0, (await ExportAsync(handle, ct).ConfigureAwait(false)).Count, "The number of records of nobody");
    }

    private static async Task A_restriction_is_told_to_its_person_and_to_nobody_else(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(host, ct, new ExportSourceRecord(1, Anna, Bo, Clerk)).ConfigureAwait(false);
        if (await RestrictAsync(handle, new FactTarget.Subjects([Anna]), RecordFlags.RestrictedForClaims, ct).ConfigureAwait(false))
        {
            Expect.Sequence(["restricted-claims"], (await ExportOneAsync(handle, ct, Anna).ConfigureAwait(false)).Restrictions, "What the person is told");
            Expect.That(!(await ExportOneAsync(handle, ct, Bo).ConfigureAwait(false)).IsRestricted, "the other side is not told.");
            Expect.That(!(await ExportOneAsync(handle, ct, Clerk).ConfigureAwait(false)).IsRestricted, "who is mentioned is not told.");
        }
    }

    private static async Task A_restriction_of_the_record_is_told_to_everybody(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenAsync(host, ct, new ExportSourceRecord(1, Anna, Bo, Clerk)).ConfigureAwait(false);
        if (await RestrictAsync(handle, new FactTarget.Records(keys), RecordFlags.Restricted, ct).ConfigureAwait(false))
        {
            foreach (var person in new[] { Anna, Bo, Clerk })
            {
                Expect.Sequence(["restricted"], (await ExportOneAsync(handle, ct, person).ConfigureAwait(false)).Restrictions, "What each is told");
            }
        }
    }

    private static async Task A_record_that_lands_in_a_log_tells_nothing(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenAsync(host, ct, new ExportSourceRecord(123456, Anna, Bo, null)).ConfigureAwait(false);
        var text = (await ExportOneAsync(handle, ct, Anna).ConfigureAwait(false)).ToString();
        foreach (var personal in new[] { keys[0], Anna, Bo, "body", "123456" })
        {
            Expect.That(!text.Contains(personal, StringComparison.Ordinal), "the text of a record holds nothing of it.");
        }
    }

    private static async Task A_data_set_that_it_does_not_hold_is_an_error(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(host, ct).ConfigureAwait(false);
        await Expect.ThrowsAsync<SourceUnavailableException>(
            () => Expect.ListAsync(handle.Source.ExportAsync("mail.others", [Anna], ct), ct), "A data set that the source does not hold").ConfigureAwait(false);
    }

    private static async Task A_reading_that_is_cancelled_ends(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, _) = await OpenAsync(host, ct, new(1, Anna, Bo, null), new(2, Anna, Bo, null)).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Expect.ThrowsAsync<OperationCanceledException>(
            async () =>
            {
                await foreach (var _ in handle.Source.ExportAsync(DataSet, [Anna], stop.Token).ConfigureAwait(false))
                {
                    await stop.CancelAsync().ConfigureAwait(false);
                }
            },
            "A reading that was cancelled after its first record").ConfigureAwait(false);
    }

    /// <summary>Restricts; not where the source takes no facts.</summary>
    private static async Task<bool> RestrictAsync(ExportSourceHandle handle, FactTarget target, RecordFlags flag, CancellationToken ct)
    {
        if (handle.Source is not IDisposalSource source)
        {
            return false;
        }

        var restriction = new FactChange("r1", DataSet, target, RecordFact.Of(flag));
        Expect.Sequence([], await source.ChangeFactsAsync([restriction], 1, ct).ConfigureAwait(false), "The records named that are not there");
        return true;
    }
}
