using System.Text.Json;
using Gdpr.Consents;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>The requests of people (Art. 12–22): received, assessed, decided, carried out, answered, with the clock of Art. 12(3) over all of it.</summary>
/// <remarks>
/// <para>Every step is journalled in the request's stream, and in the person's where it bears on data. Nothing is called done before it is: what could not be reached
/// is named, stays open, and is completed when it can be.</para>
/// <para>What needs weighing becomes a task of <see cref="Processing.Tasks.HumanTasks"/>; it is never granted or refused by itself.</para>
/// </remarks>
public sealed partial class DataSubjectRequests
{
    /// <summary>The purpose under which the vault keeps people's own words.</summary>
    internal const string WordsPurpose = "requests";

    private static readonly Duration Ahead = Duration.FromMinutes(1);

    /// <summary>The law applies from 25 May 2018, Brussels time (Art. 99(2)).</summary>
    private static readonly Instant Applies = Instant.FromUtc(2018, 5, 24, 22, 0);

    private readonly RightsParts _parts;
    private readonly RightsWork _work;
    private readonly RestrictionWork _restrictions;
    private readonly AccessWork _access;
    private readonly RectificationWork _rectification;
    private readonly AnswerReviews _reviews;
    private readonly AutomatedDecisions _decisions;
    private readonly StoppedWork _stops;

    internal DataSubjectRequests(
        RightsParts parts, RightsWork work, RestrictionWork restrictions, AccessWork access, RectificationWork rectification, AutomatedDecisions decisions,
        StoppedWork stops)
    {
        _decisions = decisions;
        _stops = stops;
        _rectification = rectification;
        _access = access;
        _restrictions = restrictions;
        _reviews = new AnswerReviews(parts);
        _parts = parts;
        _work = work;
    }

    /// <summary>Takes in a request. The clock runs from its receipt, whenever it is recorded.</summary>
    /// <param name="intake">The request.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <returns>The request; the earlier one where the same person has an open request for the same: that one's receipt governs.</returns>
    /// <remarks>An objection stops what it is about at once, before it is assessed; to direct marketing for good, and with an address, for whoever is known by
    /// it, too. A withdrawal ends it. What concerns the people of a registered client is handed to the client.</remarks>
    /// <exception cref="RequestException"><c>E-DSR-01</c>, <c>E-DSR-08</c>, <c>E-DSR-12</c>, <c>E-RSTR-01</c>: something that the right needs is missing, or does not fit
    /// it.</exception>
    /// <exception cref="UnknownControllerException">The controller is none of the policy's, and no registered client; or the one to which it is to be handed is neither, and
    /// no agreement with a controller has that id.</exception>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose key it is: register the person anew.</exception>
    /// <exception cref="ArgumentException">A channel is no short word, or a reference no code.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<DataSubjectRequest> ReceiveAsync(RequestIntake intake, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(intake);
        var received = Check(intake);
        var controller = await _parts.Directory.ControllerAsync(intake.Subject?.Controller ?? intake.Controller, cancellationToken).ConfigureAwait(false);
        CheckTimes(intake, controller);
        var client = await ClientOfAsync(intake, controller, cancellationToken).ConfigureAwait(false);
        var isMarketing = intake.IsMarketing || IsToMarketing(intake, controller);
        if (client is null)
        {
            CheckMarketing(intake, isMarketing, controller);
        }

        await CheckMandateAsync(intake, cancellationToken).ConfigureAwait(false);
        if (intake.Addresses.Count > 0 && client is null)
        {
            var holders = await HoldersAsync(controller, intake, cancellationToken).ConfigureAwait(false);
            var own = intake.Subject ?? (holders.Count > 0 ? holders[0].Holder : null);
            foreach (var (other, addresses) in holders.Where(one => one.Holder != own))
            {
                await ReceiveAsync(ForOther(intake, other, addresses), cancellationToken).ConfigureAwait(false);
            }

            intake = intake with { Subject = own };
        }

        await _parts.Subjects.KeepAsync(intake.Subject is { } asking ? [asking] : [], cancellationToken).ConfigureAwait(false);
        var id = _parts.Subjects.NewId();
        var data = new ReceivedData(id, intake.Right, intake.Scope, intake.Channel)
        {
            Identity = IdentityOf(intake),
            Mandate = intake.Mandate,
            Ground = intake.Ground,
            ReviewBy = intake.ReviewBy,
            Until = intake.Until,
            Decision = intake.Decision,
            For = client,
            IsMarketing = isMarketing,
            MarketingChannel = intake.MarketingChannel,
        };
        var entry = new NewJournalEntry(RequestEntries.Received, received, JsonSerializer.Serialize(data, RequestJson.Default.ReceivedData))
        {
            Controller = controller,
            Subject = intake.Subject?.Key,
        };
        if (client is null)
        {
            await SuppressAsync(controller, intake, cancellationToken).ConfigureAwait(false);
        }

        var hasWords = intake.Words is not null || intake.ReplyTo is not null;
        var words = hasWords ? JsonSerializer.SerializeToUtf8Bytes(new RequestWords(intake.Words, intake.ReplyTo, null), RequestJson.Default.RequestWords) : null;
        await _parts.Journal.RecordAsync(
            RequestEntries.StreamOf(id), 0, [new PersonalEntry(entry, hasWords ? WordsPurpose : null, words)], null, cancellationToken).ConfigureAwait(false);
        await _parts.Folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        var taken = await TakeUpAsync(await GetAsync(id, CancellationToken.None).ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);
        if (taken is { Right: DataSubjectRight.Objection or DataSubjectRight.Withdrawal, Subject: { } subject })
        {
            // What is queued goes before the next send; what cannot be stopped now stays owed, and the pump tries it again.
            await _stops.StopAsync(subject, CancellationToken.None).ConfigureAwait(false);
        }

        return taken;
    }

    /// <summary>A request, or <see langword="null"/>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<DataSubjectRequest?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return await _parts.Register.FindLatestAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The requests that wait to be answered, and those of which something waits for the end of what stands in the way; the earliest received first.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<DataSubjectRequest>> ListActiveAsync(CancellationToken cancellationToken = default)
    {
        await _parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return await _parts.Register.ReadActiveAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The requests that are overdue: the law's last day has passed, and they have not been answered (<c>E-DSR-04</c>).</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<DataSubjectRequest>> ListOverdueAsync(CancellationToken cancellationToken = default) =>
        [.. (await ListActiveAsync(cancellationToken).ConfigureAwait(false)).Where(request => request is { IsOpen: true, IsAnswered: false }
            && ClockOf(request).Deadline.IsOverdueAt(_parts.Now))];

    /// <summary>The clock of a request at this moment: the law's last day and the day to plan by.</summary>
    /// <param name="request">The request.</param>
    public RequestClock ClockOf(DataSubjectRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _parts.ClockOf(request);
    }

    /// <summary>The person's own words and address, as they came in; <see langword="null"/> where there were none, or they have been erased.</summary>
    /// <remarks>An address that came in before the person had shown who they are is not known to be theirs: send the answer where they are known to be.</remarks>
    /// <param name="id">The request's id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<(string? Words, string? ReplyTo)?> ReadWordsAsync(string id, CancellationToken cancellationToken = default)
    {
        var request = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        var words = await _parts.ReadWordsAsync(request, cancellationToken).ConfigureAwait(false);
        return words is null ? null : (words.Text, words.ReplyTo);
    }

    internal async ValueTask<DataSubjectRequest> GetAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return await _parts.Register.FindLatestAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new RequestException("E-DSR-11", $"There is no {ClearText.NameOf(id, "request")}: list the requests, and name one of them.");
    }

    /// <summary>An objection that names nothing but direct marketing is one to direct marketing, whatever it is called.</summary>
    private bool IsToMarketing(RequestIntake intake, string? controller = null) => intake.Right == DataSubjectRight.Objection && intake.Scope.Purposes.Count > 0
        && intake.Scope.Purposes.All(purpose => IsMarketingOf(purpose, controller));

    /// <summary>Whether a purpose is direct marketing of a controller: another's is objected to there.</summary>
    private bool IsMarketingOf(string purpose, string? controller) => _parts.Assessment().IsMarketing(purpose) && (controller is null
        || _parts.Policy().Activities.Values.Any(activity => activity.Purpose == purpose && (activity.Controller is null || activity.Controller == controller)));

    /// <summary>What is said to be to direct marketing is done at once and weighed by nobody: it names nothing else. What is no marketing is objected to over no channel
    /// alone.</summary>
    private void CheckMarketing(RequestIntake intake, bool isMarketing, string controller)
    {
        if (intake.IsMarketing && intake.Scope.Purposes.FirstOrDefault(purpose => !IsMarketingOf(purpose, controller)) is { } other)
        {
            throw new RequestException("E-DSR-12",
                $"'{other}' is no direct marketing of '{controller}', and an objection to it is weighed: take it in as an objection of its own, or name the marketing.");
        }

        if (intake.MarketingChannel is not null && !isMarketing)
        {
            throw new RequestException("E-DSR-12",
                "Only direct marketing is objected to over a channel alone: take in what is objected to besides as an objection of its own, without a channel.");
        }
    }

    private Instant Check(RequestIntake intake)
    {
        if (intake.ReceivedAt is not { } received || received > _parts.Now + Ahead || received < Applies)
        {
            throw new RequestException(
                "E-DSR-01", "A request has an instant of receipt, since the law applies and not in the future: state when it entered the controller's sphere.");
        }

        _parts.Journal.Texts.CheckText(intake.Words, "the words of the request");
        _parts.Journal.Texts.CheckLine(intake.ReplyTo, "the address of the answer");
        ClearText.CheckName(intake.Channel ?? "", nameof(intake));
        ClearText.CheckName(intake.MarketingChannel, nameof(intake));
        foreach (var reference in new[] { intake.ForController, intake.Decision, intake.Mandate?.Evidence, intake.Mandate?.Organisation }.OfType<string>())
        {
            ClearText.CheckCode(reference, nameof(intake));
        }

        if (intake.Identity == IdentityMethod.NotNeeded && !IsAbsolute(intake))
        {
            throw new RequestException("E-DSR-12",
                "Only an objection to direct marketing and a withdrawal need no identity: state how the person was recognised, or leave it to be seen.");
        }

        if (intake.Right == DataSubjectRight.Restriction)
        {
            if (intake.Ground is not { } ground)
            {
                throw new RequestException("E-DSR-12", "A request for restriction states its ground of Art. 18(1): ask the person, or take the one that keeps more.");
            }

            if (ground == RestrictionGround.Claims && intake.ReviewBy is null)
            {
                throw new RequestException("E-RSTR-01", "A restriction for legal claims has a date by which it is reviewed: no restriction is for ever.");
            }
        }

        if (intake is { Ground: not null, Right: not DataSubjectRight.Restriction }
            && intake is not { Right: DataSubjectRight.Rectification, Ground: RestrictionGround.AccuracyContested })
        {
            throw new RequestException("E-DSR-12",
                "Only a request for restriction has a ground of Art. 18(1), and one for rectification that of (a), where accuracy is contested.");
        }

        if (intake.Addresses.Count > 0 && !intake.IsMarketing && !IsToMarketing(intake))
        {
            throw new RequestException("E-DSR-12", "Addresses are suppressed by an objection to direct marketing alone: take it in as one.");
        }

        if (intake.IsMarketing && intake.Right != DataSubjectRight.Objection)
        {
            throw new RequestException("E-DSR-12", "Only an objection is one to direct marketing: take it in as an objection.");
        }

        CheckScope(intake.Scope);
        return received;
    }

    private void CheckScope(RequestScope scope)
    {
        var policy = _parts.Policy();
        foreach (var text in scope.DataSets.Concat(scope.Fields))
        {
            if (!IsDeclared(text))
            {
                throw new RequestException("E-DSR-12", "The scope names data that the policy does not declare: name its data sets, or their fields.");
            }
        }

        if (scope.Purposes.Any(purpose => policy.Activities.Values.All(activity => activity.Purpose != purpose)))
        {
            throw new RequestException("E-DSR-12", "The scope names a purpose that no activity of the policy has: name one that it has.");
        }
    }

    private bool IsDeclared(string data) => Policies.DataPath.TryParse(data, out var path) && _parts.Policy().Systems.TryGetValue(path.System, out var system)
        && system.DataSets.TryGetValue(path.DataSet, out var dataSet) && (path.Field is null || dataSet.Fields.ContainsKey(path.Field));

    /// <summary>An administrator acts for the organisation's own people alone, and what nobody knows is not so.</summary>
    private async ValueTask CheckMandateAsync(RequestIntake intake, CancellationToken cancellationToken)
    {
        if (intake.Mandate is not { Kind: MandateKind.OrganisationAdministrator } mandate)
        {
            return;
        }

        foreach (var organisations in _parts.Organisations)
        {
            if (intake.Subject is { } person && mandate.Organisation is { Length: > 0 } organisation
                && await organisations.BelongsAsync(person, organisation, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        throw new RequestException(
            "E-DSR-08", "An organisation's administrator acts for its own people alone, and the person is not known to be one of them: let the person ask.");
    }

    /// <summary>Takes up what was received: linked to an earlier one for the same, handed on, or put beside the data. After a crash on the way it is done again by the
    /// pump.</summary>
    private async ValueTask<DataSubjectRequest> TakeUpAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request.For is not null)
        {
            return await _work.ForwardAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var open = await _work.OpenOrLinkAsync(request, cancellationToken).ConfigureAwait(false) ?? await GetAsync(request.Id, cancellationToken).ConfigureAwait(false);
        var stopped = await _work.StopFirstAsync(open, cancellationToken).ConfigureAwait(false);
        await _work.TellJointControllersAsync(stopped, cancellationToken).ConfigureAwait(false);
        return stopped;
    }

    /// <summary>Before anything is recorded: after a crash in between marketing has stopped all the same, and is stopped again.</summary>
    private async ValueTask SuppressAsync(string controller, RequestIntake intake, CancellationToken cancellationToken)
    {
        // An objection for a time stands with the people whose addresses they are, until it ends; what is suppressed is so for good.
        if (intake is { Addresses.Count: > 0, Until: null })
        {
            await _parts.Suppression.AddAsync(
                controller, intake.Addresses, intake.MarketingChannel ?? "", intake.Scope.Purposes, "objection", cancellationToken).ConfigureAwait(false);
        }
    }

    private static string FunctionOf(string by) => ActingFunction.Check(by, nameof(by));
}
