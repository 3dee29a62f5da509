using System.Text.Json;
using Gdpr.CrashApp.Shop;
using Gdpr.Journals;
using Gdpr.Sources;

namespace Gdpr.Crash.Tests;

/// <summary>What journal and sources say was done, and whether they say the same.</summary>
internal static class Books
{
    private static readonly string[] Closings = ["disposal-completed", "disposal-interrupted", "disposal-failed"];

    /// <summary>The journal verifies, every plan is closed, and journal and evidence name the same batches, with the same roots and counts.</summary>
    public static async Task ShouldBeWholeAsync(this CrashHost host, string because)
    {
        (await host.Get<JournalVerifier>().VerifyAsync(CancellationToken.None)).Faults.ShouldBeEmpty(because);
        var (journalled, evident, open) = (new List<string>(), new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        await foreach (var entry in host.Get<IJournalStore>().ReadAllAsync(0, CancellationToken.None))
        {
            using var json = JsonDocument.Parse(entry.Content.Data);
            var data = json.RootElement;
            if (entry.Content.Type == "disposal-batch")
            {
                journalled.Add(
                    $"{Text("plan")} {Number("number")} {Text("dataSet")} {Number("erased")} {Number("fieldsErased")} {Number("anonymised")} {Text("root")}");
            }
            else if (entry.Content.Type == "disposal-planned")
            {
                open.Add(Text("plan")).ShouldBeTrue(because);

                // Sources in one database keep their evidence in one place.
                foreach (var source in host.Get<IEnumerable<IPersonalDataSource>>().OfType<IDisposalSource>().Where(source => source.DataSets.Contains(Text("dataSet"))))
                {
                    await foreach (var batch in source.ReadEvidenceAsync(Text("plan"), 0, CancellationToken.None))
                    {
                        evident.Add($"{batch.Plan} {batch.Number} {batch.DataSet} {Count(DisposalKind.Erased)} {Count(DisposalKind.FieldsErased)} {Count(DisposalKind.Anonymised)} {batch.Root}");

                        int Count(DisposalKind kind) => batch.Rows.Count(row => row.Action == kind);
                    }
                }
            }
            else if (Closings.Contains(entry.Content.Type, StringComparer.Ordinal))
            {
                open.Remove(Text("plan")).ShouldBeTrue(because);
            }

            string Text(string member) => data.GetProperty(member).GetString()!;

            int Number(string member) => data.GetProperty(member).GetInt32();
        }

        open.ShouldBeEmpty(because);
        journalled.Order(StringComparer.Ordinal).ShouldBe(evident.Order(StringComparer.Ordinal), because);
    }

    /// <summary>No record that is said to be erased is there.</summary>
    public static void NothingErasedShouldBeThere(this World world, CrashHost host) => NothingErasedShouldBeThere(
        host,
        world.Evidence(),
        new[] { (CrashShop.Customers, "crm", "SELECT id FROM customers"), (CrashShop.Orders, "crm", "SELECT id FROM orders"), (CrashShop.Visits, "web", "SELECT json_array(site, number) FROM visits") }
            .SelectMany(set => world.Rows(set.Item2, set.Item3).Select(key => (set.Item1, key))));

    /// <summary>No record that is said to be erased is there.</summary>
    public static void NothingErasedShouldBeThere(CrashHost host, IEnumerable<string> evidence, IEnumerable<(string DataSet, string Key)> records)
    {
        var erased = evidence.Where(row => row.Split('|')[2] == "1").Select(row => string.Join('|', row.Split('|')[..2])).ToHashSet(StringComparer.Ordinal);
        records.Select(record => $"{record.DataSet}|{Convert.ToHexString(RecordNames.Of(host.Get<IKeyRing>(), record.DataSet).Of(record.Key).Digest.ToArray())}")
            .Where(erased.Contains).ShouldBeEmpty();
    }
}
