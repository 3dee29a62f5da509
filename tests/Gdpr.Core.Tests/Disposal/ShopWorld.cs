using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Sources;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>What outlives a process: the stores, the data, the clock. Everything that is called passes the fault points.</summary>
internal sealed class ShopWorld
{
    public ShopWorld(
        ShopData? data = null, Func<IDisposalSource, IDisposalSource>? around = null, InMemoryJournalStore? journal = null, InMemorySubjectVault? vault = null,
        InMemoryKeyRing? keys = null)
    {
        Journal = journal ?? new InMemoryJournalStore();
        Vault = vault ?? new InMemorySubjectVault();
        Keys = keys ?? InMemoryKeyRing.WithRandomKey();
        Data = data ?? new ShopData().Fill();
        Around = around ?? (source => source);
    }

    public ShopData Data { get; }

    public Func<IDisposalSource, IDisposalSource> Around { get; }

    public SettableClock Clock { get; } = new(Shop.Now);

    public FaultPoints Faults { get; } = new();

    /// <summary>Faults of the journal alone, behind the others.</summary>
    public FaultPoints JournalFaults { get; } = new();

    /// <summary>Faults of the state store alone, behind the others.</summary>
    public FaultPoints StateFaults { get; } = new();

    public InMemoryJournalStore Journal { get; }

    /// <summary>What stands between the host and its journal, in front of the faults.</summary>
    public Func<IJournalStore, IJournalStore> AroundJournal { get; init; } = journal => journal;

    public InMemoryStateStore States { get; set; } = new();

    /// <summary>What stands between hosts opened from now on and their state store, in front of the faults.</summary>
    public Func<IStateStore, IStateStore> AroundStates { get; set; } = states => states;

    public InMemorySubjectVault Vault { get; }

    public InMemoryJournalWitness Witness { get; init; } = new();

    public InMemoryKeyRing Keys { get; }

    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync()
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in Journal.ReadAllAsync(0, CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>The batches that the journal holds, and those that the sources have evidence of: plan, number and root, in order.</summary>
    public async Task<(IReadOnlyList<string> Journalled, IReadOnlyList<string> Evident, long Records)> BatchesAsync()
    {
        var (journalled, evident, records) = (new List<string>(), new List<string>(), 0L);
        foreach (var entry in await EntriesAsync())
        {
            using var data = JsonDocument.Parse(entry.Content.Data);
            if (entry.Content.Type == "disposal-batch")
            {
                journalled.Add($"{Text("plan")} {data.RootElement.GetProperty("number").GetInt32()} {Text("root")}");
                records += new[] { "erased", "fieldsErased", "anonymised" }.Sum(count => data.RootElement.GetProperty(count).GetInt64());
            }
            else if (entry.Content.Type == "disposal-planned")
            {
                foreach (var source in new[] { Data.Crm, Data.Web })
                {
                    await foreach (var batch in source.ReadEvidenceAsync(Text("plan"), 0, CancellationToken.None))
                    {
                        evident.Add($"{batch.Plan} {batch.Number} {batch.Root}");
                    }
                }
            }

            string Text(string member) => data.RootElement.GetProperty(member).GetString()!;
        }

        journalled.Sort(StringComparer.Ordinal);
        evident.Sort(StringComparer.Ordinal);
        return (journalled, evident, records);
    }

    /// <summary>The names of the records that backups must not bring back.</summary>
    public async Task<IReadOnlyList<Tombstone>> TombstonesAsync()
    {
        var tombstones = new List<Tombstone>();
        await foreach (var tombstone in Vault.ReadTombstonesAsync("shop", new LocalDate(2026, 11, 22), CancellationToken.None))
        {
            tombstones.Add(tombstone);
        }

        return tombstones;
    }

    /// <summary>From now on no call to the journal is answered.</summary>
    public void FailJournal()
    {
        JournalFaults.Reset();
        JournalFaults.FailAt(1, FaultMoment.Before, staysDown: true);
    }

    public async Task ShouldVerifyAsync() =>
        (await new JournalVerifier(Journal, Keys, Witness, Vault).VerifyAsync(CancellationToken.None)).Faults.ShouldBeEmpty();
}

/// <summary>Puts a world into a host.</summary>
internal static class ShopWorldRegistration
{
    public static GdprBuilder UseWorld(this GdprBuilder gdpr, ShopWorld world, Func<ShopWorld, IReadOnlyList<IPersonalDataSource>>? sources = null)
    {
        gdpr.UseJournalStore("world", _ => world.AroundJournal(world.Faults.Around(world.JournalFaults.Around(world.Journal))))
            .UseStateStore("world", _ => world.AroundStates(world.Faults.Around(world.StateFaults.Around(world.States))))
            .UseSubjectVault("world", _ => world.Faults.Around(world.Vault))
            .UseWitness("world", _ => world.Faults.Around(world.Witness))
            .UseKeyRing("world", _ => world.Keys);
        foreach (var source in sources?.Invoke(world) ?? [])
        {
            gdpr.AddSource(source);
        }

        return sources is not null ? gdpr
            : gdpr.AddSource(_ => world.Faults.Around(world.Around(world.Data.Crm))).AddSource(_ => world.Faults.Around(world.Around(world.Data.Web)));
    }
}
