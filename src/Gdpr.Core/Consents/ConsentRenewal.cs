using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Lint;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Ends consents whose time is over or whose text has changed, and lists those to ask for again.</summary>
/// <remarks>A consent is not in force from its end on, whenever this finds it: the gate asks the instant, not this.</remarks>
internal sealed class ConsentRenewal(
    Func<GdprPolicy> policy, JournalFolds folds, SubjectRegister subjects, SubjectCommands commands, ConsentAftermath aftermath, HumanTasks tasks, IStateStore states,
    ConsentTextRegister texts, Journal journal, ConsentOptions options, IClock clock) : ITimedStep
{
    private const string Kind = "consents";
    private const string Assess = "assess-consent-text";

    /// <summary>What stands for the version of a text that nobody knows.</summary>
    private const string Unknown = "unknown";

    public string Name => Kind;

    public async ValueTask RunAsync(Instant now, CancellationToken cancellationToken)
    {
        if (!await IsDueAsync(now, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var (read, changed) = (policy(), new HashSet<(string Document, string Version, string Controller)>());
        var isOutdated = await ReadOutdatedAsync(cancellationToken).ConfigureAwait(false);
        var purposes = new HashSet<(string Controller, string Purpose)>();
        await foreach (var (subject, state) in subjects.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!state.IsForgotten && state.Consents.Any(consent => IsOver(consent, now)))
            {
                await ExpireAsync(subject, now, purposes, cancellationToken).ConfigureAwait(false);
            }

            // What came in after it was decided that the change matters is decided with it.
            if (!state.IsForgotten && state.Consents.Any(consent => isOutdated(subject, consent)))
            {
                await SupersedeAsync(subject, before => before.Consents.Where(consent => isOutdated(subject, consent)), now, purposes, cancellationToken)
                    .ConfigureAwait(false);
            }

            changed.UnionWith(
                from consent in state.Consents
                where consent.IsInForce(now) && !isOutdated(subject, consent)
                let text = DocumentOf(read, subject.Controller, consent)
                where text is not null && read.Documents.Find(text)?.Version != consent.TextVersion
                select (text, consent.TextVersion ?? Unknown, subject.Controller));
        }

        if (purposes.Count > 0)
        {
            await aftermath.FollowAsync(purposes).ConfigureAwait(false);
        }

        foreach (var (document, version, controller) in changed)
        {
            await AskAboutTextAsync(document, version, controller, read.Documents.Find(document)?.Version ?? "none", now, cancellationToken).ConfigureAwait(false);
        }

        await states.PutItemAsync(new OpenItem(Kind, Kind, now + options.LookThroughEvery, "{}"), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Which consents that were given are to a text from before a change that matters, by what is decided of texts now.</summary>
    public async ValueTask<Func<DataSubject, ConsentState, bool>> ReadOutdatedAsync(CancellationToken cancellationToken)
    {
        var (read, decided) = (policy(), new Dictionary<string, ConsentTextState>(StringComparer.Ordinal));
        await foreach (var one in texts.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            decided[one.Document] = one;
        }

        return (subject, consent) => consent.Phase == ConsentPhase.Given
            && DocumentOf(read, subject.Controller, consent) is { } text && decided.GetValueOrDefault(text) is { } one
            && one.IsOutdated(consent.TextVersion, read.Documents.Find(text)?.Version, consent.OccurredAt);
    }

    /// <summary>That a consent is to a text from before a change that matters.</summary>
    public PersonalEntry SupersededOf(DataSubject subject, ConsentState consent, Instant now) =>
        EntryOf(subject, SubjectEntries.ConsentSuperseded, consent, ConsentReasons.TextChanged, now);

    /// <summary>Supersedes every consent to another version of a text, where the change matters.</summary>
    public async Task<int> DecideAsync(ConsentTextChange change, string by, CancellationToken cancellationToken)
    {
        var read = policy();
        if (read.Documents.Find(change.Document) is not { Kind: DocumentKind.ConsentText, Version: { } version })
        {
            throw new UnknownConsentException(
                $"The policy has no text of consent with a version under {ClearText.NameOf(change.Document, "the id")}: name one of its documents of kind consentText.");
        }

        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var (now, count, old) = (clock.GetCurrentInstant(), 0, new HashSet<string>(StringComparer.Ordinal));
        var (purposes, concerned) = (new HashSet<(string Controller, string Purpose)>(), new List<DataSubject>());
        await foreach (var (subject, state) in subjects.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!state.IsForgotten && OthersOf(subject, state).Any())
            {
                concerned.Add(subject);
                old.UnionWith(OthersOf(subject, state).Select(consent => consent.TextVersion ?? Unknown));
            }
        }

        // Before anybody's consent ends by it: what is decided counts for whatever comes in later, too.
        await RecordAsync(new ConsentTextDecided(
            change.Document, version, change.IsWeighty, [.. old.Where(one => one != Unknown).Order(StringComparer.Ordinal)], by), now, cancellationToken)
            .ConfigureAwait(false);
        foreach (var subject in change.IsWeighty ? concerned : [])
        {
            count += await SupersedeAsync(subject, before => OthersOf(subject, before), now, purposes, cancellationToken).ConfigureAwait(false);
        }

        if (purposes.Count > 0)
        {
            await aftermath.FollowAsync(purposes).ConfigureAwait(false);
        }

        foreach (var before in old)
        {
            var open = await tasks.ListOpenAsync(cancellationToken).ConfigureAwait(false);
            foreach (var task in open.Where(task => task.Kind == Assess && task.About == AboutOf(change.Document, before, version)))
            {
                await tasks.CompleteAsync(task.Id, change.IsWeighty ? "weighty" : "not-weighty", by, CancellationToken.None).ConfigureAwait(false);
            }
        }

        return count;

        // A version that nobody knows is another: nobody can say that what is done now was consented to.
        IEnumerable<ConsentState> OthersOf(DataSubject subject, SubjectState state) => state.Consents.Where(
            consent => consent.Phase == ConsentPhase.Given && consent.TextVersion != version && DocumentOf(read, subject.Controller, consent) == change.Document);
    }

    /// <summary>Consents that have ended by time or text, and those that end within the time before.</summary>
    public async IAsyncEnumerable<(DataSubject Subject, ConsentState Consent)> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var now = clock.GetCurrentInstant();
        await foreach (var (subject, state) in subjects.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            var soon = policy().Controllers.ContainsKey(subject.Controller) ? EndOf(subject.Controller, now, options.AskAgainBefore) : now;
            foreach (var consent in state.Consents.Where(_ => !state.IsForgotten))
            {
                if (consent.Phase is ConsentPhase.Expired or ConsentPhase.Superseded || (consent.Phase == ConsentPhase.Given && consent.ValidUntil < soon))
                {
                    yield return (subject, consent);
                }
            }
        }
    }

    /// <summary>By when a task is to be done.</summary>
    public Instant DueBy(string controller, Instant now) => EndOf(controller, now, options.TaskFor);

    private async ValueTask RecordAsync(ConsentTextDecided decided, Instant now, CancellationToken cancellationToken)
    {
        // Said again, it is one decision.
        var known = await texts.FindAsync(decided.Document, cancellationToken).ConfigureAwait(false);
        if (decided.IsWeighty ? known is { DecidedAt: not null } && known.Current.Contains(decided.Version, StringComparer.Ordinal) && known.Current[0] == decided.Version
            : known?.Current.Contains(decided.Version, StringComparer.Ordinal) == true)
        {
            return;
        }

        await journal.RecordAsync(
            texts.StreamOf(decided.Document), JournalStream.AnyVersion,
            new NewJournalEntry(ConsentTextRegister.Decided, now, JsonSerializer.Serialize(decided, ConsentTextJson.Default.ConsentTextDecided)), cancellationToken)
            .ConfigureAwait(false);
        await folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <returns>How many consents to whole purposes ended.</returns>
    private async ValueTask<int> SupersedeAsync(
        DataSubject subject, Func<SubjectState, IEnumerable<ConsentState>> othersOf, Instant now, HashSet<(string Controller, string Purpose)> purposes,
        CancellationToken cancellationToken)
    {
        string[] ended = [];
        await commands.RecordAsync(subject, before =>
        {
            ConsentState[] others = [.. othersOf(before)];
            ended = [.. others.Where(one => one.Field is null).Select(one => one.Purpose)];
            return [.. others.Select(one => SupersededOf(subject, one, now))];
        }, null, cancellationToken).ConfigureAwait(false);
        purposes.UnionWith(ended.Select(purpose => (subject.Controller, purpose)));
        return ended.Length;
    }

    private async ValueTask ExpireAsync(DataSubject subject, Instant now, HashSet<(string Controller, string Purpose)> purposes, CancellationToken cancellationToken)
    {
        string[] ended = [];
        await commands.RecordAsync(subject, before =>
        {
            ConsentState[] over = [.. before.Consents.Where(consent => IsOver(consent, now))];
            ended = [.. over.Where(one => one.Field is null).Select(one => one.Purpose)];
            return
            [
                .. over.Select(one => EntryOf(
                    subject, SubjectEntries.ConsentExpired, one, one.IsByGuardian ? ConsentReasons.ChildOfAge : ConsentReasons.Expired, one.ValidUntil!.Value)),
            ];
        }, null, cancellationToken).ConfigureAwait(false);
        purposes.UnionWith(ended.Select(purpose => (subject.Controller, purpose)));
    }

    /// <summary>Whether the change of a text matters is for a person to say: opened once per pair of versions.</summary>
    private ValueTask<HumanTask> AskAboutTextAsync(
        string document, string version, string controller, string current, Instant now, CancellationToken cancellationToken) => tasks.OpenAsync(
        new HumanTask($"{Assess}-{controller}-{document}-{version}-{current}", Assess, options.Owner, DueBy(controller, now), now)
        {
            Controller = controller,
            About = AboutOf(document, version, current),
            Reason = ConsentReasons.TextChanged,
            Question = version == Unknown
                ? $"People have consented to the text '{document}' in a version that nobody knows, and version {current} is in force: may what they were shown have been "
                    + "otherwise in what matters to them? If so they are asked anew."
                : $"People have consented to version {version} of the text '{document}', and version {current} is in force: does the change matter to them? "
                    + "If so they are asked anew.",
        },
        cancellationToken);

    private async ValueTask<bool> IsDueAsync(Instant now, CancellationToken cancellationToken)
    {
        await foreach (var item in states.ReadDueItemsAsync(Kind, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            // One that lies further ahead than was ever planned was put there under another clock.
            return item.Due <= now || item.Due > now + options.LookThroughEvery;
        }

        return true;
    }

    private Instant EndOf(string controller, Instant now, CalendarPeriod period)
    {
        var zone = DateTimeZoneProviders.Tzdb[policy().Controllers[controller].TimeZone];
        return LocalDays.EndOf(period.EndOf(LocalDays.TodayAt(now, zone)), zone);
    }

    private PersonalEntry EntryOf(DataSubject subject, string type, ConsentState consent, string reason, Instant occurredAt)
    {
        var data = ConsentEnding.DataOf(consent, consent.Purpose, consent.Field) with { Reason = reason };
        return new PersonalEntry(commands.EntryOf(subject, type, data, occurredAt));
    }

    private static bool IsOver(ConsentState consent, Instant now) => consent.Phase == ConsentPhase.Given && consent.ValidUntil <= now;

    /// <summary>The document that was shown; the one by which the purpose is asked for, where nobody knows.</summary>
    private static string? DocumentOf(GdprPolicy policy, string controller, ConsentState consent) => consent.Text
        ?? ConsentTerms.ActivitiesOf(policy, consent.Purpose, controller).Select(id => policy.Activities[id].Basis?.Consent?.Text).OfType<string>().FirstOrDefault();

    private static string AboutOf(string document, string before, string current) => $"{document} {before} {current}";
}
