using Gdpr.Consents;
using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Model.TradersPolicy;

namespace Gdpr.Core.Tests.Model;

/// <summary>Lets a history happen to the traders and to the law side by side, and compares them after every command.</summary>
internal sealed partial class Machine : IAsyncDisposable
{
    /// <summary>Ends a contract on the day on which everything began.</summary>
    public const int FromTheStart = 7;

    private static readonly ShownText Shown = new("news", "1", "en");
    private static readonly ConsentAct Ticked = new(ConsentActKind.TickedBox, "web");

    private readonly Traders _traders;
    private readonly Dictionary<Individual, DataSubject> _subjects = [];
    private readonly (SourceBackup Backup, Instant At)[] _backups;
    private int _keys;

    private Machine(Traders traders) => (_traders, _backups) = (traders, new (SourceBackup, Instant)[traders.Sources.Count]);

    public Law Law { get; } = new();

    public static async Task<Machine> OpenAsync()
    {
        var machine = new Machine(await Traders.OpenAsync());
        machine.Law.Now = machine._traders.Now;
        foreach (var person in machine.Law.People)
        {
            machine._subjects[person] = await machine._traders.PersonAsync(person.Controller, person.Name);
            machine.Trade(person, Customers, 0);
        }

        foreach (var (index, source) in machine._traders.Sources.Index())
        {
            machine._backups[index] = (source.Backup(), machine.Law.Now);
        }

        return machine;
    }

    /// <summary>Runs a whole history in a world of its own.</summary>
    public static async Task RunAsync(History history)
    {
        await using var machine = await OpenAsync();
        foreach (var (index, command) in history.Commands.Index())
        {
            try
            {
                await machine.RunAsync(command);
            }
            catch (Exception exception)
            {
                throw new HistoryException($"Command {index}, {command}, at {machine.Law.Now}: {exception.Message}", exception);
            }
        }
    }

    /// <summary>Does one thing, and checks everything afterwards.</summary>
    public async Task RunAsync(Command command)
    {
        // Two things never happen at the same instant.
        Advance(Duration.FromMinutes(1));
        var isDestroying = await DoAsync(command);
        CompareRows(isDestroying);
        Law.NoteGrantable();
        await CheckAsync();
    }

    /// <summary>Where everything stands, without instants: what there is, what it may be used for, what still waits.</summary>
    public async Task<string> DescribeAsync()
    {
        var lines = new List<string>();
        foreach (var (path, row) in Law.Rows.SelectMany(table => table.Value.Values.Select(row => (table.Key, row))))
        {
            lines.Add($"{path} {row}");
            foreach (var purpose in PurposesOf(path))
            {
                lines.Add($"  {purpose}: {(await DecideAsync(Law.OwnerOf(path, row), purpose, row)).IsAllowed}");
            }
        }

        foreach (var ask in Law.Asks.OrderBy(ask => ask.Person.ToString(), StringComparer.Ordinal).ThenBy(ask => ask.Path, StringComparer.Ordinal))
        {
            var request = (await Requests.FindAsync(ask.Id))!;
            lines.Add($"{ask.Right} of {ask.Person} on {ask.Path ?? "everything"}: {request.Phase}");
            lines.AddRange(request.Results.SelectMany(result => result.Items.Where(item => item.Code is ResultCode.KeptRestricted or ResultCode.NotReached)
                .Select(item => $"  {result.DataSet} {string.Join(", ", item.Fields)}: {item.Code} {item.Reason} {item.Records}")));
        }

        var holds = (await _traders.Get<LegalHolds>().ListAsync()).Select(hold => $"hold on {string.Join(", ", hold.DataSets)}: {hold.Phase}");
        return string.Join('\n', lines.Concat(holds.Order(StringComparer.Ordinal)));
    }

    public ValueTask DisposeAsync() => _traders.DisposeAsync();

    /// <returns>Whether it may have destroyed something.</returns>
    private async Task<bool> DoAsync(Command command)
    {
        var person = Law.People[command.Who];
        switch (command.Act)
        {
            case Act.Wait:
                Advance(Duration.FromDays(Command.Days[command.A]) + Duration.FromHours(command.B));
                return false;
            case Act.GiveConsent:
                await _traders.Get<ConsentService>().GiveAsync(new ConsentGrant(_subjects[person], Newsletter, Shown, Ticked));
                Law.SayYes(person);
                return false;
            case Act.WithdrawConsent:
                await _traders.Get<ConsentService>().WithdrawAsync(_subjects[person], Newsletter);
                Law.SayNo(person, Law.Now);
                return false;
            case Act.RefuseConsent:
                await _traders.Get<ConsentService>().RefuseAsync(_subjects[person], Newsletter);
                Law.SayNo(person, Law.Now);
                return false;
            case Act.Trade:
                Trade(person, Tables[command.A % Tables.Length], command.B);
                return false;
            case Act.EndContract:
                Change(person, Customers, row => row with { First = row.First ?? EndOf(person, command.B) });
                return false;
            case Act.SendOrder:
                Change(person, Orders, row => row with { First = row.First ?? Law.TodayOf(person.Controller) });
                return false;
            case Act.PlaceHold:
                await PlaceHoldAsync(person, PathOf(person.Controller, Tables[command.A % Tables.Length]), command.B);
                return false;
            case Act.ReleaseHold:
                await ReleaseHoldAsync(command.A);
                return false;
            case Act.Sweep:
                await SweepAsync();
                return true;
            case Act.Pump:
                await PumpAsync();
                return true;
            case Act.Backup:
                _backups[command.A % _backups.Length] = (_traders.Sources[command.A % _backups.Length].Backup(), Law.Now);
                return false;
            case Act.Restore:
                await RestoreAsync(command.A % _backups.Length);
                return false;
            case Act.Restart:
                await _traders.RestartAsync(forgetsStates: command.B > 5);
                return false;
            default:
                return await DoWithRequestAsync(command);
        }
    }

    /// <summary>When a contract ended: so many days ago, or on the day on which everything began, which becomes known only now.</summary>
    private LocalDate EndOf(Individual person, int days) => days == FromTheStart ? new LocalDate(2026, 1, 12) : Law.TodayOf(person.Controller).PlusDays(-days);

    private void Advance(Duration time)
    {
        _traders.Clock.Set(_traders.Now + time);
        Law.Now = _traders.Now;
    }

    private void Trade(Individual person, string table, int days)
    {
        var (today, path) = (Law.TodayOf(person.Controller), PathOf(person.Controller, table));
        Put(path, table switch
        {
            Customers => new Row(person.Name, person.Name, null, today, $"name of {person}", $"address of {person}"),
            Orders => new Row($"o{_keys++}", person.Name, null, today, $"address of {person}", null),
            Invoices => new Row($"i{_keys++}", person.Name, today.PlusDays(-20 * days), null, $"payer {person}", $"note on {person}"),
            _ => new Row($"v{_keys++}", person.Name, today.PlusDays(-5 * days), null, $"page of {person}", null),
        });
        Law.Came(person, path);
    }

    private void Change(Individual person, string table, Func<Row, Row> change)
    {
        var path = PathOf(person.Controller, table);
        foreach (var row in Law.RowsOf(person, path).ToArray())
        {
            Put(path, change(row));
        }
    }

    private void Put(string path, Row row)
    {
        Law.Rows[path][row.Key] = row;
        _traders.RowsOf(path).Put(row);
    }

    private async Task PlaceHoldAsync(Individual person, string path, int kind)
    {
        var key = kind % 3 == 1 ? Law.RowsOf(person, path).FirstOrDefault()?.Key ?? "gone" : null;
        var name = kind % 3 == 0 ? person.Name : null;
        var (today, months) = (Law.TodayOf(person.Controller), kind == 7 ? 7 : 3);
        var placing = _traders.Get<LegalHolds>().PlaceAsync(new HoldTerms("matter", "reason", "approver", today, today.PlusMonths(months), new HoldScope
        {
            DataSets = new HashSet<string> { path },
            Subjects = new HashSet<string>(name is not null ? [name] : []),
            Records = new HashSet<string>(key is not null ? [key] : []),
        }));
        if (months > 6)
        {
            await Should.ThrowAsync<InvalidHoldException>(placing);
            return;
        }

        var placed = await placing;
        placed.Phase.ShouldBe(key == "gone" ? HoldPhase.Refused : HoldPhase.Placed);
        Law.Holds.Add(new Hold(placed.Id, path, name, key) { Stands = key != "gone" });
    }

    private async Task ReleaseHoldAsync(int index)
    {
        var hold = Law.Holds.Count == 0 ? null : Law.Holds[index % Law.Holds.Count];
        var releasing = _traders.Get<LegalHolds>().ReleaseAsync(hold?.Id ?? "none", Traders.Officer);
        if (hold is not { Stands: true })
        {
            await Should.ThrowAsync<InvalidHoldException>(releasing);
            return;
        }

        (await releasing).Phase.ShouldBe(HoldPhase.Released);
        hold.Stands = false;
        _woken.Add(hold.Path);
    }

    private async Task RestoreAsync(int index)
    {
        var kept = _backups[index];
        var source = _traders.Sources[index];
        var isBehind = kept.Backup.Facts.LastOrDefault().Position != await source.ReadFactsPositionAsync(CancellationToken.None);
        await source.RestoreAsync(kept.Backup);
        await _traders.RestartAsync();
        foreach (var (path, rows) in kept.Backup.Rows)
        {
            Law.Rows[path] = new SortedDictionary<string, Row>(rows.ToDictionary(row => row.Key), StringComparer.Ordinal);
            if (isBehind)
            {
                Law.Restored(path, kept.At);
            }
        }
    }
}

/// <summary>A history in which the library and the law part.</summary>
internal sealed class HistoryException(string message, Exception inner) : Exception(message, inner);
