using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Works out a use: which activities may carry which fields, and what forbids it whoever the person is. Pure.</summary>
internal sealed class UseCompiler(
    ProcessingProgram program, ProcessingRequest request, ProcessorClient? client, IReadOnlyList<CompatibilityState> assessed)
{
    private readonly GdprPolicy _policy = program.Policy;
    private readonly List<ProcessingReason> _denials = [];
    private readonly HashSet<string> _origins = new(StringComparer.Ordinal);

    public ProcessingUse Compile()
    {
        var (activities, client) = (Activities(), Client);
        UsePart[] parts = activities.Length > 0 ? [.. Parts(activities)] : [];
        string[] categories = [.. parts.SelectMany(part => part.Categories).Distinct(StringComparer.Ordinal)];
        var role = program.WithPurpose(request.Purpose).Length > 0 ? new RoleJudge(_policy, request).Judge(categories) : ([], null);
        _denials.AddRange(role.Reasons);
        var plan = new UsePlan(request.Subject.Controller ?? "", request.Purpose)
        {
            Activity = request.Activity,
            Data = [.. request.Data],
            Role = request.Actor?.Role,
            Automation = request.Automation,
            Client = client,
            BoundTo = role.BoundTo,
        };
        return new ProcessingUse(program, plan with { Origins = [.. _origins.Order(StringComparer.Ordinal)] }, _denials, parts);
    }

    private ProcessorClient? Client => client?.Id == request.Subject.Controller ? client : null;

    /// <summary>The activities that may carry the use for the controller; none where something is not declared.</summary>
    private ProgramActivity[] Activities()
    {
        var all = program.WithPurpose(request.Purpose);
        if (all.Length == 0)
        {
            return Deny(ProcessingReasons.PurposeNotDeclared);
        }

        ProgramActivity[] named = request.Activity is null ? all : [.. all.Where(activity => activity.Id == request.Activity)];
        if (named.Length == 0)
        {
            return Deny(ProcessingReasons.ActivityNotDeclared);
        }

        if (Client is not null)
        {
            ProgramActivity[] processed = [.. named.Where(activity => activity.IsProcessor)];
            return processed.Length > 0 ? processed : Deny(ProcessingReasons.OutsideInstruction, request.Purpose);
        }

        // What is not declared is not echoed: nobody knows what it holds.
        if (request.Subject.Controller is not { } controller || !_policy.Controllers.ContainsKey(controller))
        {
            return Deny(ProcessingReasons.ControllerUnknown);
        }

        ProgramActivity[] own = [.. named.Where(activity => !activity.IsProcessor && activity.Controller == controller)];
        return own.Length > 0 ? own : Deny(named.All(activity => activity.IsProcessor) ? ProcessingReasons.NoClient : ProcessingReasons.OtherController, request.Purpose);
    }

    private IEnumerable<UsePart> Parts(ProgramActivity[] activities)
    {
        foreach (var (dataSet, fields) in Wanted(activities))
        {
            if (program.Coverage.Find(dataSet) is not { } covered)
            {
                Deny(ProcessingReasons.DataNotDeclared, dataSet);
                continue;
            }

            var carriers = fields.Select(field => (Field: field, By: Carriers(activities, covered, field))).ToArray();
            string[] uncovered = [.. carriers.Where(carrier => carrier.By.Length == 0).Select(carrier => carrier.Field)];
            if (uncovered.Length > 0)
            {
                Deny(ProcessingReasons.DataNotDeclared, $"{dataSet}: {string.Join(", ", uncovered)}");
            }

            // Fields that one and the same activity alone may carry are decided together; where there is a choice, it is made for each.
            foreach (var group in carriers.Where(carrier => carrier.By.Length > 0)
                .GroupBy(carrier => (carrier.By[0].Index, Choice: carrier.By.Length > 1 ? carrier.Field : null)))
            {
                string[] together = [.. group.Select(carrier => carrier.Field)];
                var judge = new CandidateJudge(_policy, request, Client, covered, together);
                yield return new UsePart(
                    dataSet, program.IndexOf(dataSet), together, judge.Categories,
                    [.. group.First().By.Select(activity => judge.Judge(activity, CompatibilityReasons(activity, dataSet, together)))]);
            }
        }
    }

    /// <summary>What forbids an activity data that was collected for other purposes. A client's purposes are the client's to judge.</summary>
    private ProcessingReason[] CompatibilityReasons(ProgramActivity activity, string dataSet, string[] fields)
    {
        if (activity.IsProcessor || (request.CollectedFor is null && program.History.IsEmpty))
        {
            return [];
        }

        var codes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            var origins = request.CollectedFor is not { } origin ? program.History.OriginsOf(request.Purpose, dataSet, field, request.CollectedAt)
                : origin == request.Purpose ? [] : [origin];
            if (origins.Count == 0)
            {
                continue;
            }

            _origins.UnionWith(origins);
            CompatibilityState[] known =
            [
                .. assessed.Where(state => state.Controller == request.Subject.Controller && state.To == request.Purpose && origins.Contains(state.From, StringComparer.Ordinal)),
            ];
            if (CompatibilityJudge.Judge(activity, _policy, request.Subject.Controller, origins, known) is { } code)
            {
                codes.Add(code);
            }
        }

        return [.. codes.Order(StringComparer.Ordinal).Select(ProcessingReasons.Of)];
    }

    /// <summary>The fields asked for, by data set; without any, all that the activities cover.</summary>
    private IEnumerable<(string DataSet, string[] Fields)> Wanted(ProgramActivity[] activities)
    {
        var references = request.Data.Count > 0 ? request.Data : activities.SelectMany(activity => activity.Activity.Data);
        var wanted = new List<(string DataSet, string? Field)>();
        foreach (var reference in references.Distinct(StringComparer.Ordinal))
        {
            if (DataPath.TryParse(reference, out var path) && IsDeclared(path))
            {
                wanted.Add((path.DataSetPath, path.Field));
            }
            else if (request.Data.Count > 0)
            {
                Deny(ProcessingReasons.DataNotDeclared);
            }
        }

        return wanted.GroupBy(one => one.DataSet, StringComparer.Ordinal).Select(group => (group.Key, group
            .SelectMany(one => one.Field is { } field ? [field] : program.Coverage.Find(group.Key)!.DataSet.Fields.Keys)
            .Distinct(StringComparer.Ordinal).ToArray()));
    }

    private bool IsDeclared(DataPath path) =>
        program.Coverage.Find(path.DataSetPath) is { } set && (path.Field is null || set.DataSet.Fields.ContainsKey(path.Field));

    private static ProgramActivity[] Carriers(ProgramActivity[] activities, CoveredDataSet dataSet, string field) =>
        [.. activities.Where(activity => dataSet.ActivitiesOf(field).Contains(activity.Id, StringComparer.Ordinal))];

    private ProgramActivity[] Deny(string code, string? about = null)
    {
        _denials.Add(ProcessingReasons.Of(code) with { About = about });
        return [];
    }
}
