using System.Data.Common;
using System.Text.Json;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Journals;
using Gdpr.Relational.Queries;
using Gdpr.Retention;
using Gdpr.Subjects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Access;

/// <summary>Writes entries of access. What cannot be recorded fails the call that was to be recorded.</summary>
internal sealed class AccessRecorder(IServiceProvider services, ContextVisibility visibility)
{
    private const int SubjectsPerEntry = 500;
    private const int KeysPerQuestion = 100;

    private readonly AccessStreams _streams = new();

    public AccessStreams Streams => _streams;

    private IJournalStore Store => services.GetRequiredService<IJournalStore>();

    /// <summary>Whether entries can be written in a transaction of the host's.</summary>
    public bool CanEnlist => Store.CanEnlist;

    /// <summary>Who acts through a context.</summary>
    /// <exception cref="InvalidOperationException">The host names nobody.</exception>
    public static string ActorOf(DbContext context, AccessJournalOptions options)
    {
        var actor = options.Actor(context);
        return !string.IsNullOrWhiteSpace(actor) ? actor : throw new InvalidOperationException(
            "Nobody is named who accesses personal data: the delegate given to JournalAccess names a user or a job in every case.");
    }

    /// <summary>What a context changes data for, as the host says.</summary>
    /// <exception cref="InvalidOperationException">The policy has no such purpose.</exception>
    public QueryPurpose PurposeOf(DbContext context, AccessJournalOptions options)
    {
        var purpose = options.Purpose?.Invoke(context);
        return purpose is null || visibility.Schedule.Policy.Activities.Values.Any(activity => activity.Purpose == purpose)
            ? QueryPurpose.None with { Purpose = purpose }
            : throw new InvalidOperationException(
                $"The policy has no purpose '{purpose}' to record a change for: {nameof(AccessJournalOptions)}.{nameof(AccessJournalOptions.Purpose)} names one of an activity.");
    }

    /// <summary>Asks the rows that tell whose they are, and which fields the columns are.</summary>
    public async ValueTask AskAsync(DbContext context, AccessedRecords records, DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        if (records.Asked.Count == 0 && records.Columns is null)
        {
            return;
        }

        var (rows, _) = await visibility.RowsAsync(context, records.DataSet, connection, cancellationToken).ConfigureAwait(false);
        var query = new RecordQuery(rows.Dialect, rows.DataSet);
        records.Fields = records.Columns is not { } columns ? null
            : [.. rows.DataSet.Fields.Where(field => field.Value.Any(change => columns.Contains(change.Column.Name))).Select(field => field.Key)
                .Concat(rows.DataSet.Beside.Where(field => field.Value.Any(beside => columns.Contains(beside.Column.Name))).Select(field => field.Key)).Distinct()];
        foreach (var keys in records.Asked.Chunk(KeysPerQuestion))
        {
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                command.Transaction = transaction;
                var conditions = keys.Select((key, i) => query.IsRowOf(
                    [.. key.Select((part, j) => KeyParameters.Add(command, rows.Dialect, part.Part, part.Value, $"k{i}_{j}"))]));
                command.CommandText = $"SELECT {string.Join(", ", query.People)} FROM {query.From} WHERE ({string.Join(") OR (", conditions)})";
                var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        for (var person = 0; person < reader.FieldCount; person++)
                        {
                            if (!await reader.IsDBNullAsync(person, cancellationToken).ConfigureAwait(false))
                            {
                                records.People.Add(visibility.WrittenOf(context, records.DataSet, reader.GetString(person)));
                            }
                        }
                    }
                }
            }
        }

        records.Asked.Clear();
    }

    /// <summary>What the journal is to hold of accesses. People who have no key yet get one, which the vault writes in a transaction of its own.</summary>
    /// <param name="options">How the host wants them recorded.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="accesses">What was done, by data set.</param>
    /// <param name="asked">What it was for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<IReadOnlyList<NewJournalEntry>> EntriesOfAsync(
        AccessJournalOptions options, string actor, IEnumerable<AccessedRecords> accesses, QueryPurpose asked, CancellationToken cancellationToken)
    {
        var entries = new List<NewJournalEntry>();

        // Columns that hold nothing personal are nobody's business.
        foreach (var access in accesses.Where(access => access.Fields is not { Count: 0 }))
        {
            entries.AddRange(await EntriesOfAsync(options, actor, access, asked, cancellationToken).ConfigureAwait(false));
        }

        return entries;
    }

    /// <summary>Records what was done.</summary>
    /// <param name="entries">What the journal is to hold.</param>
    /// <param name="transaction">The host's transaction to record it in, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="NotSupportedException">The journal is not in the transaction's database.</exception>
    public async ValueTask RecordAsync(IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var stream = transaction is null ? _streams.Take() : _streams.Of(transaction);
        try
        {
            await services.GetRequiredService<Journal>().RecordAsync(stream, JournalStream.AnyVersion, entries, transaction, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (transaction is null)
            {
                _streams.GiveBack(stream);
            }
        }
    }

    private async ValueTask<List<NewJournalEntry>> EntriesOfAsync(
        AccessJournalOptions options, string actor, AccessedRecords access, QueryPurpose asked, CancellationToken cancellationToken)
    {
        var dataSet = visibility.Schedule.DataSet(access.DataSet);
        var controller = ControllerOf(dataSet, asked.Purpose);
        SubjectIdentifier[] identifiers = [SubjectIdentifier.OfHost(actor), .. access.People.Select(options.Identify)];
        var keys = await KeysAsync(controller, identifiers, cancellationToken).ConfigureAwait(false);
        var (by, subjects) = (keys[0], keys.Skip(1).ToArray());
        var data = new AccessData(access.DataSet, access.Action, by.Value, CategoriesOf(access), access.Count) { Purpose = asked.Purpose, Use = asked.Use?.ToString() };
        var now = services.GetRequiredService<IClock>().GetCurrentInstant();
        return subjects.Length <= 1
            ? [EntryOf(data, subjects.Length == 1 ? subjects[0] : null)]
            : [.. subjects.Select(subject => subject.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Chunk(SubjectsPerEntry)
                .Select(some => EntryOf(data with { Subjects = some }, null))];

        NewJournalEntry EntryOf(AccessData content, SubjectKey? subject) => new(AccessData.Type, now, JsonSerializer.Serialize(content, AccessJson.Default.AccessData))
        {
            Controller = controller.Length > 0 ? controller : null,
            Subject = subject,
        };
    }

    /// <summary>The keys of those who do it and of those whose data it is: whoever deals with somebody, and whoever is dealt with, is not forgotten.</summary>
    private async ValueTask<IReadOnlyList<SubjectKey>> KeysAsync(string controller, IReadOnlyList<SubjectIdentifier> identifiers, CancellationToken cancellationToken)
    {
        if (controller.Length > 0)
        {
            var people = await services.GetRequiredService<SubjectDirectory>().MeetAsync(identifiers, controller, cancellationToken).ConfigureAwait(false);
            return [.. people.Select(person => person.Key)];
        }

        // Of data that is no controller's any more, people have keys and no state.
        var (vault, keys, ring) = (services.GetRequiredService<ISubjectVault>(), new List<SubjectKey>(), services.GetRequiredService<IKeyRing>());
        foreach (var identifier in identifiers.Select(identifier => identifier.Hash(controller, ring)))
        {
            keys.Add(
                await vault.FindAsync(controller, identifier, cancellationToken).ConfigureAwait(false)
                ?? await vault.KeyOfAsync(controller, identifier, cancellationToken).ConfigureAwait(false));
        }

        return keys;
    }

    /// <summary>The controller for whom it was done: of several that hold the data set the one whose purpose was asked for, otherwise the first.</summary>
    private string ControllerOf(DataSetSchedule dataSet, string? purpose)
    {
        var policy = visibility.Schedule.Policy;
        return policy.Controllers.Count == 1
            ? policy.Controllers.Keys.First()
            : dataSet.Rules.OrderByDescending(rule => rule.Purpose == purpose).Select(rule => policy.Activities[rule.ActivityId].Controller)
                .FirstOrDefault(controller => controller is not null) ?? "";
    }

    /// <summary>The categories of the fields concerned.</summary>
    private IReadOnlyList<string> CategoriesOf(AccessedRecords access)
    {
        var dot = access.DataSet.IndexOf('.', StringComparison.Ordinal);
        var (system, name) = (access.DataSet[..dot], access.DataSet[(dot + 1)..]);
        var fields = visibility.Schedule.Policy.Systems[system].DataSets[name].Fields;
        return [.. (access.Fields ?? fields.Keys).Select(field => fields[field].Category).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
