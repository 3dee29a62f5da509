using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>Assesses a request: one line per data set, field group and purpose. Pure: it decides what the law decides, and leaves to a human what must be
/// weighed.</summary>
internal sealed class RightsAssessment(GdprPolicy policy, RetentionSchedule schedule, Instant now)
{
    private readonly RetentionEvaluator _evaluator = schedule.At(now);

    /// <summary>The lines of a request over what there is of the person.</summary>
    public IReadOnlyList<RequestLine> Assess(DataSubjectRequest request, SubjectState state, IReadOnlyList<PersonDataSet> found) =>
        [.. found.SelectMany(dataSet => Assess(request, state, dataSet)).Where(line => IsOfInterest(request, line))];

    /// <summary>What is known of a purpose in a data set: over all of the person's records there, the longest that runs decides.</summary>
    internal RightsCase CaseOf(SubjectState state, DataSetSchedule dataSet, ScheduledRule rule, IReadOnlyList<ExportedRecord> records, out LocalDate? until)
    {
        var activity = policy.Activities[rule.ActivityId];
        RuleExplanation[] explained = [.. records.Select(record => Explain(dataSet, record)).OfType<FateExplanation>().SelectMany(one => one.Groups)
            .SelectMany(group => group.Rules).Where(one => ReferenceEquals(one.Rule, rule))];
        var today = _evaluator.TodayIn(rule.Zone);
        var hasEnded = HasEnded(state, rule.Purpose, dataSet.Path);
        var isComplete = explained.Length > 0 && records.All(record => record.Triggers.Count == dataSet.Triggers.Count);
        var limbs = explained.Select(one => one.State).ToArray();
        var limb = rule.Kind == RuleKind.Purpose && hasEnded ? LimbState.Past
            : limbs.Contains(LimbState.Alive) ? LimbState.Alive
            : !isComplete || limbs.Contains(LimbState.Unknown) ? LimbState.Unknown : LimbState.Past;
        var alive = explained.Where(one => one.State != LimbState.Past).ToArray();
        until = alive.Length > 0 && alive.All(one => one.LastDay is not null) ? alive.Max(one => one.LastDay) : null;
        var contracts = explained.Select(one => ContractReading.Of(activity.Retention, one, today)).ToArray();
        var categories = dataSet.FieldGroups.Where(group => group.Rules.Contains(rule)).SelectMany(group => group.Fields)
            .Select(field => policy.KindOf(FieldOf(dataSet.Path, field).Category));
        return new RightsCase
        {
            Basis = activity.Basis?.Kind,
            Capacity = activity.Capacity,
            State = limb,
            IsObligation = rule.Kind == RuleKind.Obligation,
            Consent = ConsentOf(state, rule.Purpose),
            IsConsentExplicit = state.ConsentTo(rule.Purpose)?.IsExplicit == true,
            Objection = state.Objections.LastOrDefault(one => one.IsTo(rule.Purpose, IsMarketing(rule.Purpose)) && one is { Channel: null, Until: null })?.Phase
                is { } phase and not ObjectionPhase.Ended ? phase : null,
            Contract = hasEnded ? ContractState.Ended
                : contracts.Contains(ContractState.InForce) ? ContractState.InForce
                : !isComplete || contracts.Contains(ContractState.Unknown) ? ContractState.Unknown : ContractState.Ended,
            IsDirectMarketing = IsMarketing(rule.Purpose),
            IsSolelyAutomated = activity.Profiling?.SolelyAutomated == true,
            Requirement = activity.Profiling?.Requires,
            UsesSpecialCategories = categories.Contains(DataCategoryKind.SpecialCategory),
            SpecialLimb = activity.SpecialCategories?.Limb,
        };
    }

    /// <summary>Whether a rule is for an activity of the controller to whom a request was made: nobody answers for another's.</summary>
    internal bool IsOf(DataSubjectRequest request, ScheduledRule rule) => PolicyControllers.ControllerOf(policy, rule) == request.Controller;

    /// <summary>Whether the controller to whom a request was made holds the fields of a group.</summary>
    internal bool IsOf(DataSubjectRequest request, FieldGroup group) => group.Rules.Count == 0 || group.Rules.Any(rule => IsOf(request, rule));

    /// <summary>Whether fields of a group are the controller's own, and not only processed for others: what it hosts for a client is the client's to give out and to
    /// correct (Art. 28(3)(e)).</summary>
    internal bool IsOwn(DataSubjectRequest request, FieldGroup group) => group.Rules.Count == 0
        || group.Rules.Any(rule => IsOwn(request, rule));

    /// <summary>Whether a field is the controller's own.</summary>
    internal bool IsOwn(DataSubjectRequest request, string dataSet, string field) =>
        schedule.Find(dataSet)?.FieldGroups.Any(group => group.Fields.Contains(field, StringComparer.Ordinal) && IsOwn(request, group)) != false;

    /// <summary>Whether a purpose is direct marketing.</summary>
    internal bool IsMarketing(string purpose) => MarketingPurposes.Has(policy, purpose);

    /// <summary>A record explained by every rule; <see langword="null"/> where its source does not say when its triggers were.</summary>
    internal FateExplanation? Explain(DataSetSchedule dataSet, ExportedRecord record) => Explain(dataSet, record, record.Facts);

    /// <summary>What is known of a record and its person as far as it is this controller's to tell. A record that several keep together also carries what was asked of
    /// another or granted by it: that blocks its destruction, whoever asks, and is told by that one alone.</summary>
    internal RecordFacts OwnFactsOf(DataSubjectRequest request, SubjectState state, DataSetSchedule dataSet, ExportedRecord record)
    {
        if (dataSet.Rules.All(rule => IsOwn(request, rule)))
        {
            return record.Facts;
        }

        var standing = state.Restrictions.Where(one => one.Stands && NamedDataSets.Reach(one.DataSets, dataSet.Path, policy)).ToArray();
        var isFrozen = state.Requests.Any(one => one.Freezes && NamedDataSets.Reach(one.DataSets, dataSet.Path, policy));
        var others = (Array.Exists(standing, one => !one.OutlastsTime) ? RecordFlags.None : RecordFlags.Restricted)
            | (Array.Exists(standing, one => one.OutlastsTime) ? RecordFlags.None : RecordFlags.RestrictedForClaims)
            | (isFrozen ? RecordFlags.None : RecordFlags.RequestOpen);
        var ended = dataSet.Purposes.Index().Where(one => !dataSet.Rules.Any(rule => rule.Purpose == one.Item && IsOwn(request, rule)))
            .Aggregate(0UL, (all, one) => all | (1UL << one.Index));
        return record.Facts.Without(others).WithEnded(ended);
    }

    /// <summary>Whether the controller keeps a record for nothing but what a law, a hold or a restriction commands.</summary>
    internal bool IsKeptOnly(DataSubjectRequest request, SubjectState state, DataSetSchedule dataSet, ExportedRecord record) =>
        Explain(dataSet, record, OwnFactsOf(request, state, dataSet, record))?.Groups.Where(group => IsOf(request, group.Group))
            .Select(group => IsOthersDuty(request, group) ? Fate.Erase : group.Decision.Fate).DefaultIfEmpty(Fate.Erase).Min() == Fate.Restrict;

    private bool IsOthersDuty(DataSubjectRequest request, GroupExplanation group) => group.Decision is { Fate: Fate.Restrict, Reason: FateReason.ObligationAlive }
        && !group.Rules.Any(rule => rule.Rule.Kind == RuleKind.Obligation && rule.State == LimbState.Alive && IsOwn(request, rule.Rule));

    /// <summary>Whether a rule is for what the controller does itself, and not for others.</summary>
    private bool IsOwn(DataSubjectRequest request, ScheduledRule rule) =>
        IsOf(request, rule) && policy.Activities[rule.ActivityId].Capacity != ProcessingCapacity.Processor;

    /// <summary>Whether some of a record that a request reaches is due, and would not be if no period of a rule were ever over of which nothing was granted.</summary>
    internal bool IsDueByOthers(DataSubjectRequest request, DataSetSchedule dataSet, ExportedRecord record, IReadOnlySet<string> granted)
    {
        if (record.Triggers.Count != dataSet.Triggers.Count)
        {
            return false;
        }

        TriggerValue[] triggers = [.. record.Triggers];
        var facts = record.Facts;
        var byGrant = _evaluator.WithEndless(rule => !granted.Contains(rule.Id));
        return dataSet.FieldGroups.Index().Any(group =>
            group.Item.Fields.Any(field => request.Scope.Reaches(dataSet.Path, field)) && IsDue(_evaluator, group.Index) && !IsDue(byGrant, group.Index));

        bool IsDue(RetentionEvaluator evaluator, int group) =>
            evaluator.EvaluateGroup(new RetentionRecord(dataSet, triggers, in facts), group).Fate is Fate.Erase or Fate.Anonymise;
    }

    /// <summary>Whether the time of an activity is over for a record, though that of others of the person's may run. What has ended the purpose since it was assessed,
    /// such as an erasure that was asked for later, is decided apart.</summary>
    internal bool IsOver(DataSetSchedule dataSet, ExportedRecord record, string activity) =>
        Explain(dataSet, record, default)?.Groups.SelectMany(group => group.Rules).Where(rule => rule.Rule.Id == activity).ToArray() is { Length: > 0 } rules
            && Array.TrueForAll(rules, rule => rule.State == LimbState.Past);

    /// <summary>Whether a rule is of a purpose that rests on a contract, and the contract is in force.</summary>
    internal bool IsContractInForce(RuleExplanation rule) => rule.Rule.Kind == RuleKind.Purpose
        && policy.Activities[rule.Rule.ActivityId] is { Basis.Kind: LawfulBasisKind.Contract } activity
        && ContractReading.Of(activity.Retention, rule, _evaluator.TodayIn(rule.Rule.Zone)) == ContractState.InForce;

    internal DataField FieldOf(string dataSet, string field)
    {
        _ = DataPath.TryParse(dataSet, out var path);
        return policy.Systems[path.System].DataSets[path.DataSet].Fields[field];
    }

    internal FateExplanation? Explain(DataSetSchedule dataSet, ExportedRecord record, RecordFacts facts)
    {
        if (record.Triggers.Count != dataSet.Triggers.Count)
        {
            return null;
        }

        TriggerValue[] triggers = [.. record.Triggers];
        return _evaluator.Explain(new RetentionRecord(dataSet, triggers, in facts));
    }

    private IEnumerable<RequestLine> Assess(DataSubjectRequest request, SubjectState state, PersonDataSet found)
    {
        var dataSet = found.DataSet;
        if (found.Status != GatherStatus.Read && DependsOnRecords(request.Right))
        {
            if (request.Scope.Purposes.Count > 0
                && !dataSet.Rules.Any(rule => IsOf(request, rule) && request.Scope.Purposes.Contains(rule.Purpose, StringComparer.Ordinal)))
            {
                return [];
            }

            var all = dataSet.FieldGroups.Where(group => IsOf(request, group)).SelectMany(group => group.Fields).Where(field =>
                request.Scope.Reaches(dataSet.Path, field)).Order(StringComparer.Ordinal).ToArray();
            return all.Length == 0 ? [] : [new RequestLine(dataSet.Path, all, "", "", RightsVerdict.NeedsHuman,
                found.Status == GatherStatus.NotReached ? RightsReasons.NotReached : RightsReasons.ByHand, "Art. 12(3)")];
        }

        return dataSet.FieldGroups.Where(group => IsOf(request, group)).SelectMany(group => Assess(request, state, found, group));
    }

    private IEnumerable<RequestLine> Assess(DataSubjectRequest request, SubjectState state, PersonDataSet found, FieldGroup group)
    {
        var dataSet = found.DataSet;
        foreach (var fields in Split(request, dataSet.Path, group))
        {
            if (fields.Length == 0)
            {
                continue;
            }

            if (found.Records.Count == 0 && DependsOnRecords(request.Right))
            {
                yield return new RequestLine(dataSet.Path, fields, "", "", RightsVerdict.NotApplicable, RightsReasons.NothingHeld, ArticleOf(request.Right));
                continue;
            }

            if (group.Rules.Count == 0)
            {
                yield return RetiredLine(request, dataSet.Path, fields, found.Records.Count);
                continue;
            }

            foreach (var rule in group.Rules.Where(rule =>
                rule.Kind != RuleKind.Limit && IsOf(request, rule) && request.Scope.Reaches(dataSet.Path, fields[0], rule.Purpose)))
            {
                yield return LineOf(request, state, found, fields, rule);
            }
        }
    }

    private RequestLine LineOf(DataSubjectRequest request, SubjectState state, PersonDataSet found, string[] fields, ScheduledRule rule)
    {
        var first = FieldOf(found.DataSet.Path, fields[0]);
        var facts = CaseOf(state, found.DataSet, rule, found.Records, out var until) with
        {
            Ground = request.Ground,
            IsConsentedSince = IsConsentedSince(request, state, rule.Purpose),
            Provenance = first.Provenance,
            IsCredential = policy.KindOf(first.Category) == DataCategoryKind.Credential,
            IsPutOff = request.Lines.Any(line => line is { Verdict: RightsVerdict.Deferred, DecidedBy: not null }
                && line.DataSet == found.DataSet.Path && line.Activity == rule.Id && line.Fields.Contains(fields[0], StringComparer.Ordinal)),
        };
        if (request.Ground == RestrictionGround.ObjectionPending
            && state.Objections.Any(one => one is { Phase: ObjectionPhase.Pending, Channel: null } && one.Stands(now)
                && one.IsTo(rule.Purpose, IsMarketing(rule.Purpose))))
        {
            // Also one that is for a time only awaits its weighing.
            facts = facts with { Objection = ObjectionPhase.Pending };
        }

        var finding = RightsMatrix.Judge(request.Right, facts);
        if (request is { Right: DataSubjectRight.Erasure, Outcome: null } && finding.Verdict == RightsVerdict.Granted && !EndsAlone(request, found.DataSet, rule))
        {
            // The purpose uses more of the data set than was asked about: it cannot end for some fields alone by itself.
            finding = new RightsFinding(RightsVerdict.NeedsHuman, RightsReasons.SharedPurpose, finding.Article);
        }

        if (finding.Reason == RightsReasons.ObjectionWithdraws && request.Until is not null)
        {
            // Who wants it stopped for a time does not take the consent back.
            finding = finding with { Reason = RightsReasons.ObjectionPauses };
        }

        return new RequestLine(found.DataSet.Path, fields, rule.Purpose, rule.Id, finding.Verdict, finding.Reason, finding.Article)
        {
            Law = finding.Reason == RightsReasons.LegalObligation ? rule.Law : null,
            Until = finding.Verdict == RightsVerdict.Refused ? until : null,
            Records = found.Records.Count,
        };
    }

    /// <summary>Whether the person has consented to a purpose since a request came, and the consent is in force: what was asked before takes it back no more, also
    /// where it is carried out or decided anew long after that.</summary>
    internal bool IsConsentedSince(DataSubjectRequest request, SubjectState state, string purpose) =>
        state.ConsentTo(purpose) is { } consent && consent.IsInForce(now) && consent.OccurredAt > request.LastWordAt;

    /// <summary>Whether it matters what is held of the person now: an objection, a withdrawal and the contest of a decision are about purposes, whatever is
    /// held.</summary>
    private static bool DependsOnRecords(DataSubjectRight right) =>
        right is not (DataSubjectRight.Objection or DataSubjectRight.Withdrawal or DataSubjectRight.AutomatedDecision);

    private static RequestLine RetiredLine(DataSubjectRequest request, string dataSet, string[] fields, int records)
    {
        var verdict = request.Right is DataSubjectRight.Access or DataSubjectRight.Rectification or DataSubjectRight.Erasure or DataSubjectRight.Restriction
            ? RightsVerdict.Granted : RightsVerdict.NotApplicable;
        return new RequestLine(dataSet, fields, "", "", verdict, RightsReasons.Retired, ArticleOf(request.Right)) { Records = records };
    }

    /// <summary>Whether ending a line's purpose in its data set touches nothing but what was asked about. Otherwise the fields asked about go, and the purpose goes on
    /// without them.</summary>
    internal bool EndsAlone(DataSubjectRequest request, RequestLine line) =>
        schedule.Find(line.DataSet) is not { } dataSet || dataSet.Rules.FirstOrDefault(rule => rule.Purpose == line.Purpose) is not { } rule
            || EndsAlone(request, dataSet, rule);

    /// <summary>Whether ending a purpose in a data set touches nothing but what was asked about.</summary>
    private bool EndsAlone(DataSubjectRequest request, DataSetSchedule dataSet, ScheduledRule rule) => request.Scope.Fields.Count == 0
        || dataSet.FieldGroups.Where(group => group.Rules.Any(one => one.Purpose == rule.Purpose && IsOf(request, one))).SelectMany(group => group.Fields)
            .All(field => request.Scope.Reaches(dataSet.Path, field));

    /// <summary>The fields of a group that a request reaches; for portability apart by how they came to be known.</summary>
    private IEnumerable<string[]> Split(DataSubjectRequest request, string dataSet, FieldGroup group)
    {
        var reached = group.Fields.Where(field => request.Scope.Reaches(dataSet, field));
        return request.Right != DataSubjectRight.Portability ? [[.. reached]]
            : reached.GroupBy(field => (FieldOf(dataSet, field).Provenance, policy.KindOf(FieldOf(dataSet, field).Category) == DataCategoryKind.Credential))
                .OrderBy(one => one.Key).Select(one => one.ToArray());
    }

    private bool IsOfInterest(DataSubjectRequest request, RequestLine line) => request.Right switch
    {
        DataSubjectRight.Objection when request.IsMarketing => line.Reason is RightsReasons.DirectMarketing or RightsReasons.Processor,

        // An objection to everything is one to what may be objected to: consents are withdrawn where their purposes are named.
        DataSubjectRight.Objection => request.Scope.Purposes.Count > 0
            || (line.Verdict is not (RightsVerdict.Refused or RightsVerdict.NotApplicable)
                && line.Reason is not (RightsReasons.ObjectionWithdraws or RightsReasons.ObjectionPauses)),
        DataSubjectRight.Withdrawal => request.Scope.Purposes.Count > 0 || line.Verdict != RightsVerdict.NotApplicable,
        DataSubjectRight.AutomatedDecision => line.Activity.Length > 0 && policy.Activities.GetValueOrDefault(line.Activity)?.Profiling is not null,
        _ => true,
    };

    private ConsentPhase? ConsentOf(SubjectState state, string purpose) =>
        state.ConsentTo(purpose) is { } consent ? consent.Phase == ConsentPhase.Given && !consent.IsInForce(now) ? ConsentPhase.Expired : consent.Phase : null;

    private static bool HasEnded(SubjectState state, string purpose, string dataSet) => state.Endings.Any(ending => ending is { IsDone: false, IsInDoubt: false }
        && (ending.DataSets.Count == 0 || ending.DataSets.Contains(dataSet, StringComparer.Ordinal)) && state.IsEndedBy(ending, purpose));

    private static string ArticleOf(DataSubjectRight right) => right switch
    {
        DataSubjectRight.Access => "Art. 15",
        DataSubjectRight.Rectification => "Art. 16",
        DataSubjectRight.Erasure => "Art. 17(1)(a)",
        DataSubjectRight.Restriction => "Art. 18",
        DataSubjectRight.Portability => "Art. 20",
        DataSubjectRight.Objection => "Art. 21",
        DataSubjectRight.AutomatedDecision => "Art. 22",
        _ => "Art. 7(3)",
    };
}
