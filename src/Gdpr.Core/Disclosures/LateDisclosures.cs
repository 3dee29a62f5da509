using System.Globalization;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Tells a recipient what recipients were told before its disclosure was on record, because it was recorded afterwards (Art. 19).</summary>
/// <remarks>The disclosure's entry says that this is owed, until another says that it is done. Whoever recorded it does it at once; where the process stopped before, the
/// pump does.</remarks>
internal sealed class LateDisclosures(
    RecipientNotifications notifications, DisclosureRegister register, SubjectRegister subjects, StoppedPurposes stopped,
    IEnumerable<IRectifiedData> rectified, IEnumerable<IErasedData> erased, HumanTasks tasks, SubjectCommands commands, Journal journal,
    JournalFolds folds, IStateStore states, DecidingPolicies policies, DisclosureOptions options, IClock clock) : ITimedStep
{
    public string Name => "late-disclosures";

    public async ValueTask RunAsync(Instant now, CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var waiting = new List<OpenItem>();
        await foreach (var item in states.ReadDueItemsAsync(DisclosureRegister.Waiting, now, cancellationToken).ConfigureAwait(false))
        {
            waiting.Add(item);
        }

        var failures = new List<Exception>();
        foreach (var item in waiting)
        {
            try
            {
                await RunAsync(item, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // One that fails keeps no other from being told, and is owed until it does not.
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
        {
            throw failures.Count == 1 ? failures[0] : new AggregateException(failures);
        }
    }

    private async ValueTask RunAsync(OpenItem item, CancellationToken cancellationToken)
    {
        var person = DisclosureRegister.SubjectOf(item);
        foreach (var late in (await register.ReadAsync(person, cancellationToken).ConfigureAwait(false)).Late ?? [])
        {
            await TellAsync(late, [person], cancellationToken).ConfigureAwait(false);
        }

        if ((await register.ReadAsync(person, cancellationToken).ConfigureAwait(false)).Late is not { Count: > 0 }
            || (await subjects.ReadLatestAsync(person, cancellationToken).ConfigureAwait(false)).IsForgotten)
        {
            await states.RemoveItemAsync(item.Id, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has the recipient of a disclosure told of what has become of the data since it was made, and records that this is done. Idempotent.</summary>
    public async ValueTask TellAsync(LateDisclosure made, IReadOnlyList<DataSubject> people, CancellationToken cancellationToken)
    {
        var told = new List<DataSubject>();
        foreach (var person in people)
        {
            // Whatever is recorded from here on finds the disclosure in the log.
            var state = await subjects.ReadLatestAsync(person, cancellationToken).ConfigureAwait(false);
            if (!state.IsForgotten)
            {
                await TellAsync(made, person, state, cancellationToken).ConfigureAwait(false);
                told.Add(person);
            }
        }

        var entries = told.Chunk(options.SubjectsPerEntry).Select(some => new NewJournalEntry(
            DisclosureEntries.LateTold, clock.GetCurrentInstant(),
            JsonSerializer.Serialize(new LateToldData(made.Id, [.. some.Select(person => person.Key.ToString())]), DisclosureJson.Default.LateToldData))
        {
            Controller = some[0].Controller,
            Subject = told.Count == 1 ? some[0].Key : null,
        });
        await commands.KeepAsync(told, cancellationToken).ConfigureAwait(false);
        foreach (var entry in entries)
        {
            await journal.RecordAsync(DisclosureEntries.StreamOf(made.Id), JournalStream.AnyVersion, entry, cancellationToken).ConfigureAwait(false);
        }

        await folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask TellAsync(LateDisclosure made, DataSubject person, SubjectState state, CancellationToken cancellationToken)
    {
        var gone = new HashSet<string>(StringComparer.Ordinal);
        var policy = policies.Current;
        var earlier = await notifications.ReadForAsync(person, cancellationToken).ConfigureAwait(false);
        foreach (var (kind, about, dataSets, at) in Since(state, made))
        {
            string[] data = [.. made.Fields.Where(field => dataSets.Count == 0
                || (DataPath.TryParse(field, out var path) && NamedDataSets.Reach(dataSets, path.DataSetPath, policy)))];
            gone.UnionWith(kind == RecipientNoticeKind.Erased ? data : []);
            await NotifyAsync(kind, about, [.. data.Where(field => !IsTold(kind, field, at))]).ConfigureAwait(false);
        }

        // What has gone of an erasure of which something waits.
        foreach (var source in erased)
        {
            foreach (var (ending, fields) in await source.SinceAsync(state, made.Purpose, made.At, cancellationToken).ConfigureAwait(false))
            {
                string[] data = [.. fields.Where(field => made.Fields.Any(one => RecipientNotifications.IsSame(one, field)))];
                gone.UnionWith(data);
                await NotifyAsync(RecipientNoticeKind.Erased, ending.Id, [.. data.Where(field => !IsTold(RecipientNoticeKind.Erased, field, ending.OccurredAt))])
                    .ConfigureAwait(false);
            }
        }

        foreach (var source in rectified)
        {
            foreach (var corrected in await source.SinceAsync(person, state, made.At, cancellationToken).ConfigureAwait(false))
            {
                // Of what has gone since there is nothing right to tell.
                var fields = corrected.Only(field => made.Fields.Any(one => RecipientNotifications.IsSame(one, field)) && !IsToldOf(corrected, field)
                    && !gone.Any(one => RecipientNotifications.IsSame(one, field)));
                if (fields.Fields.Any())
                {
                    await TellAsync(made, person, source, fields, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        foreach (var at in StoppedSince(state, made, MarketingPurposes.Has(policy, made.Purpose)))
        {
            await stopped.PurposeStoppedAsync(person, made.Purpose, at, cancellationToken).ConfigureAwait(false);
        }

        // Whoever was told between two corrections was told of the second.
        bool IsToldOf(RectifiedFields corrected, string field) => earlier.Any(one => one.Kind == RecipientNoticeKind.Rectified && one.Recipient == made.Recipient
            && one.State != NotificationState.Impossible && one.Data.Any(data => RecipientNotifications.IsSame(data, field))
            && VersionOf(corrected.Request, one.Action) is { } version && version >= corrected.After && version <= corrected.Version);

        // An older disclosure to somebody who has been told of it already.
        bool IsTold(RecipientNoticeKind kind, string field, Instant since) => earlier.Any(one => one.Kind == kind && one.Recipient == made.Recipient
            && one.State != NotificationState.Impossible && one.DoneAt >= since && one.Data.Any(data => RecipientNotifications.IsSame(data, field)));

        async ValueTask NotifyAsync(RecipientNoticeKind kind, string about, IReadOnlyList<string> data)
        {
            if (data.Count > 0)
            {
                var notice = new RecipientNotice(kind, $"{about}/{made.Id}") { Data = data, Recipient = made.Recipient };
                await notifications.NotifyAsync(person, notice, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Tells a recipient that data was corrected, and what the person says of what stays. The correct values people tell it: what a source holds by now need not
    /// be what was corrected, and was never disclosed to this recipient.</summary>
    private async ValueTask TellAsync(
        LateDisclosure made, DataSubject person, IRectifiedData source, RectifiedFields fields, CancellationToken cancellationToken)
    {
        var statements = await source.ReadStatementsAsync(person, fields, cancellationToken).ConfigureAwait(false);
        var action = string.Create(CultureInfo.InvariantCulture, $"{fields.Request}-{fields.Version}/{made.Id}");
        var notice = new RecipientNotice(RecipientNoticeKind.Rectified, action)
        {
            Data = [.. fields.Fields],
            Recipient = made.Recipient,
            Statements = statements,
        };
        var queued = await notifications.NotifyAsync(person, notice, cancellationToken).ConfigureAwait(false);
        string[] unknown = [.. fields.Fields.Where(field => !statements.ContainsKey(field)).Distinct(StringComparer.Ordinal)];
        if (unknown.Length > 0 && queued is [var notification, ..])
        {
            await tasks.OpenAsync(
                new HumanTask($"tell-correct/{notification.Id}", "tell-correct-value", options.Owner, notification.DueBy, clock.GetCurrentInstant())
                {
                    Controller = person.Controller,
                    Subject = person.Key.ToString(),
                    About = notification.Id,
                    Reason = "value-unknown",
                    Question = $"'{made.Recipient}' is told that data was corrected, and not what is right: {string.Join(", ", unknown)}. "
                        + "Tell it what was corrected then (Art. 16, 19).",
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The version of a request's stream at which recipients were told of what it corrected; <see langword="null"/> of anything else.</summary>
    private static long? VersionOf(string request, string action) =>
        action.StartsWith(request + "-", StringComparison.Ordinal)
            && long.TryParse(action[(request.Length + 1)..].Split('-', '/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    private static IEnumerable<(RecipientNoticeKind Kind, string About, IReadOnlyList<string> DataSets, Instant At)> Since(SubjectState state, LateDisclosure made) =>
    [
        .. state.Endings.Where(ending => ending is { IsErasure: true, IsDone: true } && ending.OccurredAt >= made.At
                && (ending.Purposes.Count == 0 || ending.Purposes.Contains(made.Purpose, StringComparer.Ordinal)))
            .Select(ending => (RecipientNoticeKind.Erased, ending.Id, ending.DataSets, ending.OccurredAt)),
        .. state.Restrictions.Where(restriction => restriction.Stands && restriction.RecordedAt >= made.At)
            .Select(restriction => (RecipientNoticeKind.Restricted, restriction.Id, restriction.DataSets, restriction.RecordedAt)),
    ];

    /// <summary>When the purpose stopped for the person, by all that stops one.</summary>
    private static IEnumerable<Instant> StoppedSince(SubjectState state, LateDisclosure made, bool isMarketing) =>
    [
        .. state.Consents.Where(consent =>
            consent is { Field: null, Phase: ConsentPhase.Withdrawn or ConsentPhase.Refused or ConsentPhase.Expired or ConsentPhase.Superseded }
            && consent.Purpose == made.Purpose && consent.RecordedAt >= made.At).Select(consent => consent.OccurredAt),
        .. state.Objections.Where(objection => objection.Phase is ObjectionPhase.Pending or ObjectionPhase.Upheld && objection.RecordedAt >= made.At
            && objection.IsTo(made.Purpose, isMarketing)).Select(objection => objection.OccurredAt),
        .. state.Endings.Where(ending => !ending.IsErasure && ending.OccurredAt >= made.At
            && (ending.Purposes.Count == 0 || ending.Purposes.Contains(made.Purpose, StringComparer.Ordinal))).Select(ending => ending.OccurredAt),
    ];
}
