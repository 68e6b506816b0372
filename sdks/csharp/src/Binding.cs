using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Gatepass.Sdk
{
    /// <summary>A value is not of the type it should have; the text names the place, never the value.</summary>
    internal sealed class Misfit : FormatException
    {
        private readonly string wanted;
        private readonly string place;

        public Misfit(string wanted, string place = null)
            : base((place ?? "it") + " is not " + wanted)
        {
            this.wanted = wanted;
            this.place = place;
        }

        public Misfit Within(string name)
        {
            return new Misfit(wanted, place == null ? name : name + "." + place);
        }
    }

    /// <summary>
    /// Decoded JSON into models and back: types are checked, unknown fields pass, missing ones
    /// are null.
    /// </summary>
    internal static class Binding
    {
        /// <exception cref="Misfit">The value does not fit.</exception>
        public static object Read(Type kind, object value)
        {
            if (kind == typeof(object))
            {
                return value;
            }
            if (value == null)
            {
                throw new Misfit("there");
            }
            kind = Nullable.GetUnderlyingType(kind) ?? kind;
            if (kind == typeof(string))
            {
                return value as string ?? throw new Misfit("a text");
            }
            if (kind == typeof(bool))
            {
                return value is bool ? value : throw new Misfit("true or false");
            }
            if (kind == typeof(long) || kind == typeof(int))
            {
                return Whole(kind, value);
            }
            if (kind == typeof(Scalar))
            {
                var fits = value is string || value is long || value is bool;
                return fits ? new Scalar(value) : throw new Misfit("a text, number, true or false");
            }
            if (kind.IsEnum)
            {
                return Word(kind, value as string);
            }
            return kind.IsGenericType ? Many(kind, value) : Model(kind, value);
        }

        /// <summary>Returns dictionaries, lists and plain values, without what is null in a model.</summary>
        public static object Plain(object value)
        {
            if (value is Model)
            {
                var set = new Dictionary<string, object>();
                foreach (var one in Member.Of(value.GetType()))
                {
                    var part = one.Property.GetValue(value);
                    if (part != null)
                    {
                        set[one.Wire.Name] = Plain(part);
                    }
                }
                return set;
            }
            if (value is Enum)
            {
                var field = value.GetType().GetField(value.ToString());
                return field?.GetCustomAttribute<WireAttribute>()?.Name ?? value.ToString();
            }
            if (value is Scalar scalar)
            {
                return scalar.Value;
            }
            if (value is IDictionary members)
            {
                var named = new Dictionary<string, object>();
                foreach (DictionaryEntry one in members)
                {
                    named[(string)one.Key] = Plain(one.Value);
                }
                return named;
            }
            if (value is IEnumerable items && !(value is string))
            {
                return items.Cast<object>().Select(Plain).ToList();
            }
            return value;
        }

        private static object Whole(Type kind, object value)
        {
            if (!(value is long number))
            {
                throw new Misfit("a whole number");
            }
            if (kind == typeof(long))
            {
                return number;
            }
            var fits = number >= int.MinValue && number <= int.MaxValue;
            return fits ? (int)number : throw new Misfit("a number of 32 bits");
        }

        private static object Word(Type kind, string value)
        {
            var words = kind.GetFields(BindingFlags.Public | BindingFlags.Static);
            var found = words.FirstOrDefault(
                one => one.GetCustomAttribute<WireAttribute>().Name == value);
            if (found == null)
            {
                var names = words.Select(one => one.GetCustomAttribute<WireAttribute>().Name);
                throw new Misfit("one of " + string.Join(", ", names));
            }
            return found.GetValue(null);
        }

        private static object Many(Type kind, object value)
        {
            var parts = kind.GetGenericArguments();
            if (kind.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            {
                var items = value as List<object> ?? throw new Misfit("a list");
                var found = Array.CreateInstance(parts[0], items.Count);
                for (var number = 0; number < items.Count; number++)
                {
                    found.SetValue(Read(parts[0], items[number]), number);
                }
                return found;
            }
            var members = value as Dictionary<string, object> ?? throw new Misfit("an object");
            var named = (IDictionary)Activator.CreateInstance(
                typeof(Dictionary<,>).MakeGenericType(parts));
            foreach (var one in members)
            {
                named[one.Key] = Read(parts[1], one.Value);
            }
            return named;
        }

        private static object Model(Type kind, object value)
        {
            var members = value as Dictionary<string, object> ?? throw new Misfit("an object");
            var found = Activator.CreateInstance(kind, true);
            foreach (var one in Member.Of(kind))
            {
                members.TryGetValue(one.Wire.Name, out var part);
                if (part == null && !one.Wire.Promised)
                {
                    continue;
                }
                try
                {
                    one.Property.SetValue(found, Read(one.Property.PropertyType, part));
                }
                catch (Misfit misfit)
                {
                    throw misfit.Within(one.Wire.Name);
                }
            }
            return found;
        }
    }
}
