using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>One byte in the name of any member of any entry is another; states are lost; the damage is acknowledged.</summary>
public sealed class ChangedMemberTests
{
    private static async Task LiveAsync(ErasedShop shop)
    {
        await using var host = shop.Open();
        shop.Database.Run("UPDATE customers SET ended = '2020-01-01'",
            "INSERT INTO customers (id, person, name, ended, created) VALUES (3, 'p3', 'C', '2020-01-01', '2019-01-01')");
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var person = await host.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p2")));
        await host.GetRequiredService<DataSubjectRequests>().ReceiveAsync(new RequestIntake(DataSubjectRight.Restriction, person)
        {
            ReceivedAt = shop.Clock.GetCurrentInstant(),
            Identity = IdentityMethod.SignedIn,
            Ground = RestrictionGround.Unlawful,
        });
        await ErasedShop.PlaceAsync(host, "3");
        await host.GetRequiredService<KillSwitchControl>().TurnOnAsync("test", RequestLife.Officer);
        await host.GetRequiredService<KillSwitchControl>().TurnOffAsync(RequestLife.Officer);
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
        await host.GetRequiredService<GdprWork>().RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        shop.Database.Run("INSERT INTO customers (id, person, name, ended, created) VALUES (4, 'p4', 'D', '2020-01-01', '2019-01-01')");
    }

    private static IReadOnlyList<string> Named(ErasedShop shop) => shop.Database.Rows("SELECT id FROM customers WHERE name IS NOT NULL");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_member_is_another_nothing_held_or_restricted_goes_and_every_error_is_typed(bool isFoldLost)
    {
        var members = new SortedSet<(string Type, string Member)>();
        using (var shop = new ErasedShop())
        {
            await LiveAsync(shop);
            Named(shop).ShouldBe(["2", "3", "4"]);
            using var connection = new SqliteConnection($"Data Source={shop.Database.File}.stores;Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT type, data FROM gdpr_journal";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                using var data = JsonDocument.Parse(reader.GetString(1));
                foreach (var member in data.RootElement.ValueKind == JsonValueKind.Object ? data.RootElement.EnumerateObject().ToArray() : [])
                {
                    members.Add((reader.GetString(0), member.Name));
                }
            }
        }

        var wrong = new List<string>();
        foreach (var (type, member) in members)
        {
            using var shop = new ErasedShop();
            await LiveAsync(shop);
            shop.ChangeStores($"UPDATE gdpr_journal SET data = replace(data, '\"{member}\":', '\"{member[..^1]}0\":') WHERE type = '{type}'"
                + (isFoldLost ? "; DELETE FROM gdpr_fold" : ""));
            shop.Clock.Advance(Duration.FromDays(2));
            try
            {
                await using var next = shop.Open();
                var work = next.GetRequiredService<GdprWork>();
                var first = await work.RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
                Note($"{type}.{member} before", first);
                await next.GetRequiredService<Sweep>().AcknowledgeDamageAsync(RequestLife.Officer);
                shop.Clock.Advance(Duration.FromDays(2));
                Note($"{type}.{member} after", await work.RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1)));
            }
            catch (GdprException)
            {
            }
            catch (Exception other)
            {
                wrong.Add($"{type}.{member} threw {other.GetType().Name}: {other.StackTrace!.Split('\n')[0].Trim()}");
            }

            if (!Named(shop).Contains("2") || !Named(shop).Contains("3"))
            {
                wrong.Add($"{type}.{member} DESTROYED, left: {string.Join(',', Named(shop))}");
            }
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong) + $"\nof {members.Count}");

        void Note(string what, GdprWorkReport report)
        {
            wrong.AddRange(report.Steps.Where(step => step.Detail?.Contains("System.", StringComparison.Ordinal) == true || step.Reason == "error")
                .Select(step => $"{what}: {step.Name} {step.Reason} {step.Detail}"));
            wrong.AddRange(report.DataSets.Where(outcome => outcome.Detail?.Contains("System.", StringComparison.Ordinal) == true || outcome.Reason == "error")
                .Select(outcome => $"{what}: {outcome.DataSet} {outcome.Reason} {outcome.Detail}"));
        }
    }

    // The states are there, and say what was held; the damage is acknowledged. Then somebody else's record is to be held, and something new falls due.
    [Theory]
    [InlineData("reviewBy")]
    [InlineData("id")]
    public async Task A_hold_of_which_a_byte_is_another_lets_further_ones_be_placed(string member)
    {
        using var shop = new ErasedShop();
        await LiveAsync(shop);
        shop.ChangeStores($"UPDATE gdpr_journal SET data = replace(data, '\"{member}\":', '\"{member[..^1]}0\":') WHERE type = 'hold-placing'");
        shop.Clock.Advance(Duration.FromDays(2));
        await using var next = shop.Open();
        var work = next.GetRequiredService<GdprWork>();
        await work.RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        (await next.GetRequiredService<Sweep>().AcknowledgeDamageAsync(RequestLife.Officer)).ShouldBeTrue();
        var said = "";
        try
        {
            said = (await ErasedShop.PlaceAsync(next, "4")).Phase.ToString();
        }
        catch (Exception problem)
        {
            said = $"{problem.GetType().Name} {problem.Message} "
                + $"{problem.StackTrace!.Split('\n').FirstOrDefault(line => line.Contains("Gdpr.", StringComparison.Ordinal))?.Trim()}";
        }

        shop.Clock.Advance(Duration.FromDays(2));
        var result = await next.GetRequiredService<Sweep>().RunAsync();
        var swept = string.Join("; ", result.DataSets.Select(outcome => $"{outcome.DataSet} {outcome.Status} {outcome.Reason} {outcome.Detail}"));
        Named(shop).ShouldBe(["2", "3", "4"], said + " / " + swept);
        (said + " / " + swept).ShouldNotContain("ArgumentNull");
        said.ShouldBe("Placed", swept);
    }
}
