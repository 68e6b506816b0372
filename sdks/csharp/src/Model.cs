using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;

namespace Gatepass.Sdk
{
    /// <summary>The name of a property, or of an enum's word, in JSON.</summary>
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
    internal sealed class WireAttribute : Attribute
    {
        public WireAttribute(string name)
        {
            Name = name;
        }

        public string Name { get; }

        /// <summary>An answer without it is not readable.</summary>
        public bool Promised { get; set; }

        /// <summary>It stays out of every text that is not JSON.</summary>
        public bool Secret { get; set; }
    }

    /// <summary>A property and what the wire knows of it.</summary>
    internal sealed class Member
    {
        private static readonly ConcurrentDictionary<Type, Member[]> Known =
            new ConcurrentDictionary<Type, Member[]>();

        private Member(PropertyInfo property, WireAttribute wire)
        {
            Property = property;
            Wire = wire;
        }

        public PropertyInfo Property { get; }

        public WireAttribute Wire { get; }

        public static Member[] Of(Type model)
        {
            return Known.GetOrAdd(model, Found);
        }

        private static Member[] Found(Type model)
        {
            // A private setter is seen only on the type that declares it.
            return model.GetProperties()
                .Select(one => one.DeclaringType.GetProperty(one.Name))
                .Select(one => new Member(one, one.GetCustomAttribute<WireAttribute>()))
                .Where(one => one.Wire != null)
                .ToArray();
        }
    }

    /// <summary>What is asked or answered. Its text leaves secrets out; equal is what says the same.</summary>
    public abstract class Model
    {
        /// <summary>Returns the name and what is set, secrets apart.</summary>
        public override string ToString()
        {
            var parts = Member.Of(GetType())
                .Where(one => !one.Wire.Secret)
                .Select(one => new { one.Property.Name, Value = one.Property.GetValue(this) })
                .Where(one => one.Value != null)
                .Select(one => one.Name + "=" + Shown(one.Value));
            return GetType().Name + "(" + string.Join(", ", parts) + ")";
        }

        /// <summary>Says whether the other is of the same kind and says the same.</summary>
        public override bool Equals(object obj)
        {
            return obj != null && obj.GetType() == GetType()
                && GatepassJson.Write(this) == GatepassJson.Write(obj);
        }

        /// <summary>Returns a number that is the same for what is equal.</summary>
        public override int GetHashCode()
        {
            return GatepassJson.Write(this).GetHashCode();
        }

        private static string Shown(object value)
        {
            if (value is string text)
            {
                return text;
            }
            if (value is IDictionary)
            {
                return "{" + ((IDictionary)value).Count + "}";
            }
            if (value is IEnumerable many)
            {
                return "[" + string.Join(", ", many.Cast<object>().Select(Shown)) + "]";
            }
            return Convert.ToString(value, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A text, a whole number, or true or false: where the API takes more than one of them.</summary>
    public sealed class Scalar
    {
        internal Scalar(object value)
        {
            Value = value;
        }

        /// <summary>A <c>string</c>, <c>long</c> or <c>bool</c>.</summary>
        public object Value { get; }

        /// <summary>A text; null stays null.</summary>
        public static implicit operator Scalar(string text)
        {
            return text == null ? null : new Scalar(text);
        }

        /// <summary>A whole number.</summary>
        public static implicit operator Scalar(long number)
        {
            return new Scalar(number);
        }

        /// <summary>True or false.</summary>
        public static implicit operator Scalar(bool truth)
        {
            return new Scalar(truth);
        }

        /// <summary>Returns the value as text.</summary>
        public override string ToString()
        {
            return Convert.ToString(Value, CultureInfo.InvariantCulture);
        }

        /// <summary>Says whether the other has the same value.</summary>
        public override bool Equals(object obj)
        {
            return obj is Scalar other && Value.Equals(other.Value);
        }

        /// <summary>Returns a number that is the same for what is equal.</summary>
        public override int GetHashCode()
        {
            return Value.GetHashCode();
        }
    }
}
