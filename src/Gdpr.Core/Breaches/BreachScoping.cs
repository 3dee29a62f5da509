using System.Text.Json;
using Gdpr.Disclosures;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>Works out what a breach reaches, from the policy, the sources and the journal.</summary>
internal sealed class BreachScoping(
    SourceInventory inventory, SubjectDirectory directory, SubjectRegister people, IJournalStore journal, JournalFolds folds, DisclosureRegister disclosures,
    ISubjectVault vault, IKeyRing keys, Func<RetentionSchedule> schedule, IClock clock)
{
    public async Task<BreachScope> ScopeAsync(BreachScopeQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (rules, now) = (schedule(), clock.GetCurrentInstant());
        Check(query, rules.Policy);
        var controller = await directory.ControllerAsync(query.Controller, cancellationToken).ConfigureAwait(false);
        CheckOfClient(query, controller, rules.Policy);
        var reach = new Reach(controller, query, rules.Policy, OwnOf(rules, controller, query));
        var actors = await ActorsAsync(reach, cancellationToken).ConfigureAwait(false);
        await ReadJournalAsync(reach, actors, cancellationToken).ConfigureAwait(false);
        await ReadDisclosuresAsync(reach, cancellationToken).ConfigureAwait(false);
        if (query.Actors.Count + query.Recipients.Count == 0)
        {
            foreach (var path in reach.Whole)
            {
                await CountAsync(reach, path, null, rules.At(now), cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var (path, records) in query.Records)
        {
            await CountAsync(reach, path, records, rules.At(now), cancellationToken).ConfigureAwait(false);
        }

        foreach (var subject in reach.Subjects)
        {
            if ((await people.ReadAsync(subject, cancellationToken).ConfigureAwait(false)).IsForgotten)
            {
                reach.Forgotten(subject);
            }
        }

        return reach.ToScope(now);
    }

    /// <summary>The data sets named, by themselves or by their systems, and of those of systems only the controller's.</summary>
    private static string[] OwnOf(RetentionSchedule rules, string controller, BreachScopeQuery query)
    {
        bool IsOwn(string path) => rules.Find(path) is not { } dataSet || (rules.Policy.Controllers.ContainsKey(controller)
            ? PolicyControllers.HoldersOf(rules.Policy, dataSet).Contains(controller, StringComparer.Ordinal)
            : dataSet.Rules.Any(rule => rules.Policy.Activities[rule.ActivityId].Capacity == ProcessingCapacity.Processor));
        string[] foreign = [.. query.DataSets.Concat(query.Records.Keys).Distinct(StringComparer.Ordinal).Where(path => !IsOwn(path))];
        string[] ofSystems = [.. query.Systems.SelectMany(system => rules.Policy.Systems[system].DataSets.Keys.Select(id => $"{system}.{id}")).Where(IsOwn)];
        return foreign.Length > 0
            ? throw new InvalidBreachException(
                [.. foreign.Select(path => $"The data set '{path}' is none of '{controller}': ask for the scope of the controller that it is of.")])
            : [.. ofSystems.Concat(query.DataSets).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static void Check(BreachScopeQuery query, GdprPolicy policy)
    {
        var dataSets = policy.Systems.SelectMany(system => system.Value.DataSets.Keys.Select(id => $"{system.Key}.{id}")).ToHashSet(StringComparer.Ordinal);
        List<string> problems =
        [
            .. query.Systems.Where(system => !policy.Systems.ContainsKey(system)).Select(system => $"The policy has no system '{system}': name one that it declares."),
            .. query.DataSets.Concat(query.Records.Keys).Where(path => !dataSets.Contains(path)).Distinct(StringComparer.Ordinal)
                .Select(path => $"The policy has no data set '{path}': name one that it declares."),
            .. query.Recipients.Where(recipient => !policy.Recipients.ContainsKey(recipient))
                .Select(recipient => $"The policy has no recipient '{recipient}': name one that it declares."),
        ];
        if (query.Systems.Count + query.DataSets.Count + query.Records.Count + query.Actors.Count + query.Recipients.Count == 0)
        {
            problems.Add("Nothing is said to have been reached: name systems, data sets, records, actors or recipients.");
        }

        if (query.From > query.Until)
        {
            problems.Add("It is said to have ended before it began.");
        }

        if (problems.Count > 0)
        {
            throw new InvalidBreachException(problems);
        }
    }

    /// <summary>Of a client, the logs alone tell whose people were reached: a source does not say which of the rows are which client's.</summary>
    private static void CheckOfClient(BreachScopeQuery query, string controller, GdprPolicy policy)
    {
        if (!policy.Controllers.ContainsKey(controller) && (query.Actors.Count + query.Recipients.Count == 0 || query.Records.Count > 0))
        {
            throw new InvalidBreachException(
                [$"Which rows are those of '{controller}' no source says: name recipients or actors, of whom the logs tell, and no records."]);
        }
    }

    /// <summary>Under what the journal names each actor, with the place in the question: accounts by opaque keys, services by their names.</summary>
    private async ValueTask<Dictionary<string, int>> ActorsAsync(Reach reach, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, int>(StringComparer.Ordinal);

        // A client's people are processed by the organisation's own.
        var controllers = schedule().Policy.Controllers;
        var employer = controllers.ContainsKey(reach.Controller) ? reach.Controller : controllers.Keys.First();
        foreach (var (index, actor) in reach.Query.Actors.Index())
        {
            found.TryAdd(actor, index);
            var identifier = SubjectIdentifier.OfHost(actor).Hash(employer, keys);
            if (await vault.FindAsync(employer, identifier, cancellationToken).ConfigureAwait(false) is { } key)
            {
                found.TryAdd(key.Value, index);
            }
        }

        return found;
    }

    private async ValueTask ReadJournalAsync(Reach reach, Dictionary<string, int> actors, CancellationToken cancellationToken)
    {
        var seen = new HashSet<int>();
        await foreach (var entry in journal.ReadAllAsync(0, cancellationToken).ConfigureAwait(false))
        {
            var content = entry.Content;
            if (content.Controller is { } controller && controller != reach.Controller)
            {
                continue;
            }

            if (actors.Count > 0 && reach.IsWithin(content.OccurredAt) && AccessTrace.Of(content) is { } access
                && actors.TryGetValue(access.By, out var actor) && reach.IsNamed(access.DataSet))
            {
                seen.Add(actor);
                reach.Accessed(access, content.Subject);
            }
            else if (content.Type == DisposalEntries.Batch && reach.Query.From is { } from && content.OccurredAt >= from)
            {
                reach.DisposedSince(JsonSerializer.Deserialize(content.Data, TraceJson.Default.DisposedTrace)!);
            }
        }

        foreach (var index in Enumerable.Range(0, reach.Query.Actors.Count).Where(index => !seen.Contains(index)))
        {
            reach.NotCounted($"actor {index + 1}", NotCountedReasons.NoAccessRecorded);
        }

        if (seen.Count > 0)
        {
            reach.NotCounted("access", NotCountedReasons.AccessLogOnly);
        }
    }

    /// <summary>What was sent to the recipients before the end: they hold it since, whenever that was.</summary>
    private async ValueTask ReadDisclosuresAsync(Reach reach, CancellationToken cancellationToken)
    {
        if (reach.Query.Recipients.Count == 0)
        {
            return;
        }

        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var (subject, of) in disclosures.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var line in of.Lines.Where(line => subject.Controller == reach.Controller && IsSent(reach.Query, line)))
            {
                foreach (var path in line.What.Fields.Select(DataSetOf).Where(reach.IsNamed).Distinct(StringComparer.Ordinal))
                {
                    reach.Disclosed(path, subject.Key);
                }
            }
        }

        foreach (var recipient in reach.Query.Recipients)
        {
            reach.NotCounted(recipient, NotCountedReasons.DisclosureLogOnly);
        }
    }

    private static bool IsSent(BreachScopeQuery query, DisclosureLine line) =>
        query.Recipients.Contains(line.What.Recipient, StringComparer.Ordinal) && (query.Until is not { } until || line.First < until);

    private static string DataSetOf(string data) => string.Join('.', data.Split('.').Take(2));

    /// <summary>Counts all records of a data set, or some of them, and finds whom they are about.</summary>
    private async ValueTask CountAsync(
        Reach reach, string path, IReadOnlyList<string>? records, RetentionEvaluator evaluator, CancellationToken cancellationToken)
    {
        try
        {
            switch (inventory.Find(path))
            {
                case ICountingSource counting:
                    await CountAsync(reach, path, records, counting, cancellationToken).ConfigureAwait(false);
                    break;
                case IDisposalSource surveying when records is null:
                    reach.Counted(path, (await surveying.SurveyAsync(evaluator, path, 0, cancellationToken).ConfigureAwait(false)).Records, isExact: true);
                    reach.NotCounted(path, NotCountedReasons.PeopleNotCounted);
                    break;
                case null:
                    reach.Counted(path, records?.Count ?? 0, isExact: records is not null);
                    reach.NotCounted(path, NotCountedReasons.NoSource);
                    break;
                default:
                    reach.Counted(path, records?.Count ?? 0, isExact: records is not null);
                    reach.NotCounted(path, NotCountedReasons.PeopleNotCounted);
                    break;
            }
        }
        catch (SourceUnavailableException)
        {
            reach.Counted(path, 0, isExact: false);
            reach.NotCounted(path, NotCountedReasons.NotReached);
        }
    }

    private async ValueTask CountAsync(
        Reach reach, string path, IReadOnlyList<string>? records, ICountingSource source, CancellationToken cancellationToken)
    {
        var count = await source.CountAsync(path, records, cancellationToken).ConfigureAwait(false);
        reach.Counted(path, count.Records, isExact: true);
        if (records is not null && count.Records < records.Distinct(StringComparer.Ordinal).Count())
        {
            reach.NotCounted(path, NotCountedReasons.RecordsNotFound);
        }

        if (count.People is null)
        {
            reach.NotCounted(path, NotCountedReasons.PeopleNotCounted);
            return;
        }

        if (count.OfNobody > 0)
        {
            reach.NotCounted(path, NotCountedReasons.RecordsOfNobody);
        }

        var unknown = false;
        await foreach (var id in source.ReadPeopleAsync(path, records, cancellationToken).ConfigureAwait(false))
        {
            var subject = await SubjectOfAsync(reach, path, id, cancellationToken).ConfigureAwait(false);
            reach.AddPerson(path, id, subject);
            unknown |= subject is null;
        }

        if (unknown)
        {
            reach.NotCounted(path, NotCountedReasons.PeopleNotKnown);
        }
    }

    private async ValueTask<DataSubject?> SubjectOfAsync(Reach reach, string path, string id, CancellationToken cancellationToken)
    {
        var identifier = reach.Query.Identify(path, id);
        return reach.Query.RegisterUnknown
            ? await directory.RegisterAsync(
                new SubjectRegistration(identifier)
                {
                    Controller = reach.Controller,
                    NativeIds = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [path] = [id] },
                },
                cancellationToken).ConfigureAwait(false)
            : await directory.FindAsync(identifier, reach.Controller, cancellationToken).ConfigureAwait(false);
    }
}
