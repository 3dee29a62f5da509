using System.Globalization;
using Gdpr.Consents;
using Gdpr.Disclosures;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>What the handling of requests works with.</summary>
internal sealed record RightsParts(
    Func<GdprPolicy> Policy, Func<RetentionSchedule> Schedule, Journal Journal, ISubjectVault Vault, Suppression Suppression, ConsentRenewal Renewal, JournalFolds Folds,
        RequestRegister Register,
    RequestCommands Requests, SubjectCommands Subjects, SubjectRegister States, SubjectDirectory Directory, PersonInventory Inventory, SourceInventory Sources,
    FactsKeeper Facts, SweepAgenda Agenda, Sweep Sweep, HumanTasks Tasks, TaskRegister TaskStates, DisclosureLog Disclosures,
    RecipientNotifications Notices, AnnotationRegister Annotations, IReadOnlyList<IOrganisationPeople> Organisations, RightsOptions Options, IClock Clock)
{
    public Instant Now => Clock.GetCurrentInstant();

    public RequestClock ClockOf(DataSubjectRequest request) => RequestClock.Of(request, ControllerOf(request), Now, Options);

    /// <summary>The controller of a request. Of a client's, which is handed on, the organisation itself: it is its days that count until then.</summary>
    public Controller ControllerOf(DataSubjectRequest request) => ControllerOf(request.Controller);

    public DateTimeZone ZoneOf(DataSubjectRequest request) => DateTimeZoneProviders.Tzdb[ControllerOf(request).TimeZone];

    public LocalDate TodayOf(DataSubjectRequest request) => TodayAt(request.Controller);

    /// <summary>The local day of a controller.</summary>
    public LocalDate TodayAt(string controller) => Time.LocalDays.TodayAt(Now, DateTimeZoneProviders.Tzdb[ControllerOf(controller).TimeZone]);

    private Controller ControllerOf(string controller) => Policy().Controllers.GetValueOrDefault(controller) ?? Policy().Controllers.Values.First();

    /// <summary>When what waits is looked at next: as the local day begins to which the time between looks comes, since what it waits for ends with days.</summary>
    public Instant NextLook(DataSubjectRequest request)
    {
        var (next, zone) = (Now + Duration.FromTimeSpan(Options.LookEvery), ZoneOf(request));
        var begins = Time.LocalDays.StartOf(Time.LocalDays.DateOf(next, zone), zone);
        return begins > Now ? begins : next;
    }

    /// <summary>What the person wrote, and where the answer goes; <see langword="null"/> where there was nothing, or it has been erased.</summary>
    public async ValueTask<RequestWords?> ReadWordsAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        var stored = request.Words is { } commitment
            ? await Vault.ReadPayloadAsync(request.Controller, Digest.Parse(commitment), cancellationToken).ConfigureAwait(false) : null;
        return stored is null ? null : System.Text.Json.JsonSerializer.Deserialize(stored.Content.Span, RequestJson.Default.RequestWords);
    }

    public RightsAssessment Assessment() => new(Policy(), Schedule(), Now);

    /// <summary>What a request is assessed by. What may be taken along is what may when it is asked for: the request itself keeps it from destruction after
    /// that.</summary>
    public RightsAssessment AssessmentFor(DataSubjectRequest request) =>
        request.Right == DataSubjectRight.Portability ? new(Policy(), Schedule(), request.ReceivedAt) : Assessment();

    /// <summary>Puts what was just recorded of people beside their data, so that it acts at once. What cannot be reached follows later; the sweep waits for it.</summary>
    public async ValueTask SettleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Facts.SettleAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (FactsBusyException)
        {
            // Somebody else is bringing them up, and nothing is destroyed before they are.
        }
    }

    /// <summary>Opens a task for a request, once; its id tells what it is about, and besides it may name a content.</summary>
    public async ValueTask<string> OpenTaskAsync(
        DataSubjectRequest request, string kind, string about, string owner, string reason, string question, CancellationToken cancellationToken,
        string content = "")
    {
        var clock = ClockOf(request);
        var task = new HumanTask($"{request.Id}/{kind}/{about}", kind, owner, clock.TaskDue(Now), Now)
        {
            LegalLimit = clock.LegalLatest.End,
            Controller = request.Controller,
            Subject = request.SubjectKey,
            About = $"{RequestEntries.StreamOf(request.Id)} {about} {content}".TrimEnd(),
            Reason = reason,
            Question = question,
        };
        return (await Tasks.OpenAsync(task, cancellationToken).ConfigureAwait(false)).Id;
    }

    /// <summary>Asks people for something that is still to be done: by the task that is open for it, or by another where the last one has ended and it is not.</summary>
    public async ValueTask<string> AskAsync(
        DataSubjectRequest request, string kind, string about, string owner, string reason, string question, CancellationToken cancellationToken,
        string content = "")
    {
        var round = 1;
        while (await TaskOfAsync(request, kind, AboutOf(about, round), cancellationToken).ConfigureAwait(false) is { IsOpen: false })
        {
            round++;
        }

        return await OpenTaskAsync(request, kind, AboutOf(about, round), owner, reason, question, cancellationToken, content).ConfigureAwait(false);
    }

    /// <summary>The task that people were asked by last, or <see langword="null"/> where they never were.</summary>
    public async ValueTask<HumanTask?> LastTaskAsync(DataSubjectRequest request, string kind, string about, CancellationToken cancellationToken)
    {
        HumanTask? last = null;
        for (var round = 1; await TaskOfAsync(request, kind, AboutOf(about, round), cancellationToken).ConfigureAwait(false) is { } task; round++)
        {
            last = task;
        }

        return last;
    }

    /// <summary>Says that a task has come to its end. Where somebody has ended it in other words, that stands.</summary>
    public async ValueTask EndTaskAsync(string task, string outcome, string by)
    {
        try
        {
            await Tasks.CompleteAsync(task, outcome, by, CancellationToken.None).ConfigureAwait(false);
        }
        catch (UnknownTaskException)
        {
            // What follows of it has been recorded where it counts.
        }
    }

    /// <summary>A task of a request, or <see langword="null"/> where none was ever opened.</summary>
    public async ValueTask<HumanTask?> TaskOfAsync(DataSubjectRequest request, string kind, string about, CancellationToken cancellationToken)
    {
        await Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return await TaskStates.FindAsync($"{request.Id}/{kind}/{about}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a task is about that is not the first for the same.</summary>
    public static string AboutOf(string about, int round) => round == 1 ? about : string.Create(CultureInfo.InvariantCulture, $"{about}/{round}");
}

/// <summary>How tasks of requests end. What ends in any other word has not been done: it stays outstanding, and is asked for again with that word as the
/// reason.</summary>
internal static class RightsOutcomes
{
    /// <summary>What was to be done by hand has been done.</summary>
    public const string Done = "done";

    /// <summary>People have looked, and nothing is held of the person.</summary>
    public const string NothingHeld = RightsReasons.NothingHeld;

    /// <summary>What may be about other people has been read, and may be given out as it is.</summary>
    public const string Reviewed = "reviewed";

    /// <summary>Whoever was to be told has been told.</summary>
    public const string Told = "told";

    /// <summary>A recipient cannot be told, or only with disproportionate effort (Art. 19).</summary>
    public const string Impossible = "impossible";
}

/// <summary>The kinds of tasks that requests open.</summary>
internal static class RightsTasks
{
    /// <summary>Weigh or find out what decides a line.</summary>
    public const string Assess = "assess-request";

    /// <summary>Look for a person's data by hand, and give it out with the answer.</summary>
    public const string Collect = "collect-by-hand";

    /// <summary>Remove a person's data by hand.</summary>
    public const string Erase = "erase-by-hand";

    /// <summary>Tell what erasure was granted of from what has come while it waited.</summary>
    public const string TellApart = "tell-old-from-new";

    /// <summary>Read what may be about other people before it is given out (Art. 15(4)).</summary>
    public const string Review = "review-other-people";

    /// <summary>Hand a request to the controller.</summary>
    public const string Forward = "forward-to-controller";

    /// <summary>Tell joint controllers of a request, or hand it to the one that answers (Art. 26).</summary>
    public const string TellJointControllers = "tell-joint-controllers";

    /// <summary>Tell recipients (Art. 19).</summary>
    public const string TellRecipients = "tell-recipients";

    /// <summary>Inform controllers who process what was made public and is erased here (Art. 17(2)).</summary>
    public const string InformControllers = "inform-controllers";

    /// <summary>Approve the rules of a data set, so that what was granted can be disposed of.</summary>
    public const string Approve = "approve-disposal";

    /// <summary>Look at an automated decision anew (Art. 22(3)).</summary>
    public const string HumanReview = "review-automated-decision";

    /// <summary>Undo an automated decision that nothing permits (Art. 22(1)).</summary>
    public const string UndoDecision = "undo-automated-decision";

    /// <summary>Tell the person that a restriction ends (Art. 18(3)).</summary>
    public const string TellLifting = "tell-restriction-ends";

    /// <summary>Review a restriction that has a date for it.</summary>
    public const string ReviewRestriction = "review-restriction";

    /// <summary>Correct by hand.</summary>
    public const string Rectify = "rectify-by-hand";

    /// <summary>Empty an optional field that was taken back by itself.</summary>
    public const string EraseField = "erase-optional-field";

    /// <summary>Answer a complaint.</summary>
    public const string AnswerComplaint = "answer-complaint";

    /// <summary>Answer: the time runs out.</summary>
    public const string Answer = "answer-request";
}
