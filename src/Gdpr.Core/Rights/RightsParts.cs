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
    Func<GdprPolicy> Policy, Func<RetentionSchedule> Schedule, Journal Journal, ISubjectVault Vault, Suppression Suppression, JournalFolds Folds,
        RequestRegister Register,
    RequestCommands Requests, SubjectCommands Subjects, SubjectRegister States, SubjectDirectory Directory, PersonInventory Inventory, SourceInventory Sources,
    FactsKeeper Facts, SweepAgenda Agenda, Sweep Sweep, HumanTasks Tasks, TaskRegister TaskStates, DisclosureLog Disclosures,
    RecipientNotifications Notices, IReadOnlyList<IOrganisationPeople> Organisations, RightsOptions Options, IClock Clock)
{
    public Instant Now => Clock.GetCurrentInstant();

    public RequestClock ClockOf(DataSubjectRequest request) => RequestClock.Of(request, ControllerOf(request), Now, Options);

    public Controller ControllerOf(DataSubjectRequest request) => Policy().Controllers[request.Controller];

    public DateTimeZone ZoneOf(DataSubjectRequest request) => DateTimeZoneProviders.Tzdb[ControllerOf(request).TimeZone];

    public LocalDate TodayOf(DataSubjectRequest request) => Time.LocalDays.TodayAt(Now, ZoneOf(request));

    public RightsAssessment Assessment() => new(Policy(), Schedule(), Now);

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

    /// <summary>Opens a task for a request, once; its id tells what it is about.</summary>
    public async ValueTask<string> OpenTaskAsync(
        DataSubjectRequest request, string kind, string about, string owner, string reason, string question, CancellationToken cancellationToken)
    {
        var clock = ClockOf(request);
        var task = new HumanTask($"{request.Id}/{kind}/{about}", kind, owner, clock.TaskDue(Now), Now)
        {
            LegalLimit = clock.LegalLatest.End,
            Controller = request.Controller,
            Subject = request.SubjectKey,
            About = $"{RequestEntries.StreamOf(request.Id)} {about}".TrimEnd(),
            Reason = reason,
            Question = question,
        };
        return (await Tasks.OpenAsync(task, cancellationToken).ConfigureAwait(false)).Id;
    }

    /// <summary>How a task ended, or <see langword="null"/> while it is open or was never opened.</summary>
    public async ValueTask<string?> OutcomeOfAsync(DataSubjectRequest request, string kind, string about, CancellationToken cancellationToken) =>
        (await TaskOfAsync(request, kind, about, cancellationToken).ConfigureAwait(false))?.Outcome;

    /// <summary>A task of a request, or <see langword="null"/> where none was ever opened.</summary>
    public async ValueTask<HumanTask?> TaskOfAsync(DataSubjectRequest request, string kind, string about, CancellationToken cancellationToken)
    {
        await Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return await TaskStates.FindAsync($"{request.Id}/{kind}/{about}", cancellationToken).ConfigureAwait(false);
    }
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

    /// <summary>Read what may be about other people before it is given out (Art. 15(4)).</summary>
    public const string Review = "review-other-people";

    /// <summary>Hand a request to the controller.</summary>
    public const string Forward = "forward-to-controller";

    /// <summary>Tell recipients (Art. 19).</summary>
    public const string TellRecipients = "tell-recipients";

    /// <summary>Approve the rules of a data set, so that what was granted can be disposed of.</summary>
    public const string Approve = "approve-disposal";

    /// <summary>Look at an automated decision anew (Art. 22(3)).</summary>
    public const string HumanReview = "review-automated-decision";

    /// <summary>Tell the person that a restriction ends (Art. 18(3)).</summary>
    public const string TellLifting = "tell-restriction-ends";

    /// <summary>Review a restriction that has a date for it.</summary>
    public const string ReviewRestriction = "review-restriction";

    /// <summary>Correct by hand.</summary>
    public const string Rectify = "rectify-by-hand";

    /// <summary>Answer a complaint.</summary>
    public const string AnswerComplaint = "answer-complaint";

    /// <summary>Answer: the time runs out.</summary>
    public const string Answer = "answer-request";
}
